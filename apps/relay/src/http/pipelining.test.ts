import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from 'vitest';
import { limitPipelining } from './pipelining.ts';

const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

async function openServer() {
  let begun = 0;
  const http = createServer((_request, response) => {
    begun += 1;
    setImmediate(() => response.end('ok'));
  });
  limitPipelining(http);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const socket = connect((http.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  return {
    socket,
    begun: () => begun,
    async [Symbol.asyncDispose](): Promise<void> {
      socket.destroy();
      http.close();
    },
  };
}

it('ends a connection with a thousand requests at once, and begins few of them', async () => {
  await using it = await openServer();
  const closed = once(it.socket.on('error', () => undefined).resume(), 'close');
  it.socket.write(request.repeat(1_000));
  await closed;
  expect(it.begun()).toBeLessThanOrEqual(4);
});

it('answers one request after another on the same connection, and a few that come together', async () => {
  await using it = await openServer();
  for (let n = 0; n < 20; n += 1) {
    const answered = once(it.socket, 'data');
    it.socket.write(request);
    await answered;
  }
  let answers = '';
  const all = new Promise<void>((resolve) =>
    it.socket.on('data', (data: Buffer) => {
      answers += data.toString();
      if (answers.split('200 OK').length === 4) resolve();
    }),
  );
  it.socket.write(request.repeat(3));
  await all;
  expect(it.begun()).toBe(23);
});
