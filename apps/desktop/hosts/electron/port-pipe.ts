import type { MessagePortMain } from 'electron';
import type { Pipe } from '../../contract/pipe.ts';

/** One end of a message port as a pipe. Messages wait in the port until somebody listens. */
export function pipeOverPort(port: MessagePortMain): Pipe {
  return {
    post: (text) => port.postMessage(text),
    onMessage(listener) {
      port.on('message', ({ data }) => {
        if (typeof data === 'string') listener(data);
      });
      port.start();
    },
    onClose: (listener) => void port.on('close', listener),
  };
}
