import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { control, note } from './control.ts';

/** Electron's ports and utility processes, with real ports and a worker thread below them. */
export class MessagePortMain extends EventEmitter {
  private readonly port: MessagePort;
  constructor(port: MessagePort) {
    super();
    this.port = port;
    port.on('close', () => this.emit('close'));
  }
  start(): void {
    this.port.on('message', (message: Envelope) => this.emit('message', unwrap(message)));
  }
  postMessage(data: unknown, transfer: MessagePortMain[] = []): void {
    this.port.postMessage({ data, ports: transfer.map(rawPort) }, transfer.map(rawPort));
  }
  close(): void {
    this.port.close();
  }
}

type Envelope = { readonly data: unknown; readonly ports: readonly MessagePort[] };

export function unwrap(message: Envelope): { data: unknown; ports: MessagePortMain[] } {
  return { data: message.data, ports: message.ports.map((port) => new MessagePortMain(port)) };
}

export function rawPort(port: MessagePortMain): MessagePort {
  return Reflect.get(port, 'port') as MessagePort;
}

export class MessageChannelMain {
  readonly port1: MessagePortMain;
  readonly port2: MessagePortMain;
  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port1 = new MessagePortMain(port1);
    this.port2 = new MessagePortMain(port2);
  }
}

class UtilityProcess extends EventEmitter {
  private readonly worker: Worker;
  constructor(modulePath: string, args: string[]) {
    super();
    this.worker = new Worker(new URL('utility-worker.ts', import.meta.url), {
      argv: args,
      workerData: modulePath,
      // As Electron's utility processes do since 37: a rejection that nobody handles does not end them.
      execArgv: ['--unhandled-rejections=warn-with-error-code'],
    });
    this.worker.on('message', (message) => this.emit('message', message));
    this.worker.on('error', (error) => note(`utilityProcess.error ${String(error)}`));
    this.worker.on('exit', (code) => this.emit('exit', code));
  }
  postMessage(data: unknown, transfer: MessagePortMain[] = []): void {
    this.worker.postMessage({ data, ports: transfer.map(rawPort) }, transfer.map(rawPort));
  }
  kill(): boolean {
    void this.worker.terminate();
    return true;
  }
}

export const utilityProcess = {
  fork(modulePath: string, args: string[] = []): UtilityProcess {
    note('utilityProcess.fork');
    const child = new UtilityProcess(control.forkModule ?? modulePath, args);
    control.children.push(child);
    return child;
  },
};
