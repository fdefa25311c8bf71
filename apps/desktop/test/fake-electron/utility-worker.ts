import { EventEmitter } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { unwrap } from './ports.ts';

/** Gives a module what Electron gives to a utility process, then runs it. */
if (parentPort === null) throw new Error('This file runs in a worker thread only.');
const outer = parentPort;

class ParentPort extends EventEmitter {
  postMessage(data: unknown): void {
    outer.postMessage(data);
  }
}

const inner = new ParentPort();
Object.defineProperty(process, 'parentPort', { value: inner });
const waiting = import(String(workerData));
// As in Electron, messages wait until the module listens.
outer.on('message', (message) => void waiting.then(() => inner.emit('message', unwrap(message))));
