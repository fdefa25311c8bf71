import type { WebSocket } from 'ws';
import type { Pipe } from '../../contract/pipe.ts';

/** One end of a WebSocket as a pipe. Anything posted after it closed is dropped: the window asks again when it is back. */
export function pipeOverSocket(socket: WebSocket): Pipe {
  return {
    post(text) {
      if (socket.readyState === socket.OPEN) socket.send(text);
    },
    onMessage(listener) {
      socket.on('message', (data, isBinary) => {
        // Whole messages, because ws delivers Buffers unless told otherwise.
        if (!isBinary && Buffer.isBuffer(data)) listener(data.toString());
      });
    },
    onClose: (listener) => void socket.once('close', listener),
  };
}
