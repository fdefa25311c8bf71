import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One keep-alive connection with one request in flight at a time, without an HTTP client whose cost would be measured too. */
export type Connection = {
  /** Resolves with the status of the answer; 0 if the connection broke before there was one. */
  send(request: Buffer): Promise<number>;
  close(): void;
};

export async function openConnection(port: number): Promise<Connection> {
  const socket: Socket = connect(port, '127.0.0.1').setNoDelay(true);
  await once(socket, 'connect');
  let heard = '';
  let answered: ((status: number) => void) | null = null;
  function answer(status: number): void {
    const told = answered;
    answered = null;
    told?.(status);
  }
  socket.on('data', (part: Buffer) => {
    heard += part.toString('latin1');
    const headEnd = heard.indexOf('\r\n\r\n');
    if (headEnd === -1) return;
    const length = /^content-length: *(\d+)/im.exec(heard.slice(0, headEnd))?.[1] ?? '0';
    if (heard.length < headEnd + 4 + Number(length)) return;
    const status = Number(heard.slice(9, 12));
    heard = '';
    answer(status);
  });
  socket.on('error', () => answer(0));
  socket.on('close', () => answer(0));
  return {
    send(request) {
      return new Promise((resolve) => {
        answered = resolve;
        if (socket.destroyed) answer(0);
        else socket.write(request);
      });
    },
    close: () => socket.destroy(),
  };
}
