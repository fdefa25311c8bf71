import type { Pipe } from '../contract/pipe.ts';

/**
 * Where the window's pipe to the core comes from. In Electron the preload script hands over a message port; in the browser host it is a
 * WebSocket that is reopened, with growing pauses, whenever it closes. Every pipe is a fresh start: its user rereads everything.
 */
export interface Transport {
  onPipe(listener: (pipe: Pipe) => void): void;
}

type Preload = { onPort(listener: (port: MessagePort) => void): void };

export function openTransport(page: Window): Transport {
  const preload: unknown = Reflect.get(page, 'transom');
  return isPreload(preload) ? portTransport(preload) : socketTransport(socketAddress(page.location), takeToken(page));
}

function isPreload(value: unknown): value is Preload {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'onPort') === 'function';
}

function portTransport(preload: Preload): Transport {
  return { onPipe: (listener) => preload.onPort((port) => listener(portPipe(port))) };
}

function portPipe(port: MessagePort): Pipe {
  return {
    post: (text) => port.postMessage(text),
    onMessage: (listener) => {
      port.addEventListener('message', (event) => {
        if (typeof event.data === 'string') listener(event.data);
      });
      port.start();
    },
    onClose: (listener) => port.addEventListener('close', listener),
  };
}

const firstPauseMs = 250;
const maxPauseMs = 5_000;

function socketTransport(address: string, token: string): Transport {
  return {
    onPipe: (listener) => {
      let pauseMs = firstPauseMs;
      const connect = () => {
        const socket = new WebSocket(address, [`transom.${token}`]);
        socket.addEventListener('open', () => {
          pauseMs = firstPauseMs;
          listener(socketPipe(socket));
        });
        socket.addEventListener('close', () => {
          setTimeout(connect, pauseMs);
          pauseMs = Math.min(pauseMs * 2, maxPauseMs);
        });
      };
      connect();
    },
  };
}

function socketPipe(socket: WebSocket): Pipe {
  return {
    post: (text) => {
      if (socket.readyState !== WebSocket.OPEN) throw new Error('The pipe to the core is closed.');
      socket.send(text);
    },
    onMessage: (listener) =>
      socket.addEventListener('message', (event) => {
        if (typeof event.data === 'string') listener(event.data);
      }),
    onClose: (listener) => socket.addEventListener('close', listener),
  };
}

function socketAddress(location: Pick<Location, 'protocol' | 'host'>): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/core`;
}

const tokenKey = 'transom.token';

/** The token comes once in the fragment, which no server sees; it is removed from the address bar immediately and lives with the tab. */
function takeToken(page: Window): string {
  const given = new URLSearchParams(page.location.hash.slice(1)).get('token');
  if (given === null) return page.sessionStorage.getItem(tokenKey) ?? '';
  page.sessionStorage.setItem(tokenKey, given);
  page.history.replaceState(null, '', page.location.pathname + page.location.search);
  return given;
}
