import type { MessagePortMain } from 'electron';
import type { Channel } from '../../contract/channel.ts';

/** One end of a message port as a channel. Messages wait in the port until somebody listens. */
export function channelOverPort(port: MessagePortMain): Channel {
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
