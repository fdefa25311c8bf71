import { type AddressInfo, connect as connectTo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../build/root.ts';
import { connectDesk } from '../build/stack/desk-client.ts';
import { operate } from '../build/stack/operator.ts';
import { start } from '../build/stack/process.ts';
import { type Stack, startStack } from '../build/stack/stack.ts';
import { until } from '../build/stack/until.ts';

/** The relay has paired a desk, and the connection breaks before the desk learns of it. */
let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(async () => {
  await stack?.close();
});

/** A connection to `port` that forwards everything, and breaks at the first byte that comes back, `breaks` times. */
async function breakingLine(port: number, breaks: number) {
  const line = { url: '', broken: 0, close: () => undefined as void };
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connectTo(port, '127.0.0.1');
    for (const socket of [near, far]) sockets.add(socket.on('error', () => undefined));
    near.on('data', (bytes) => void far.write(bytes)).on('close', () => far.destroy());
    far.on('close', () => near.destroy());
    far.on('data', (bytes) => {
      if (line.broken === breaks) return void near.write(bytes);
      line.broken += 1;
      near.destroy();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  line.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  line.close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return line;
}

test('retried with the same code it is the same device, which is live, and the only one', async () => {
  const line = await breakingLine(Number(new URL(stack.relayUrl).port), 2);
  const dataDir = join(stack.dir, 'desk');
  const host = await start<{ url: string }>({
    name: 'desk',
    script: join(root, 'apps/desktop/hosts/browser/main.ts'),
    args: ['--data', dataDir, '--port', '0', '--json'],
  });
  const desk = await connectDesk(host.ready.url);
  try {
    const pairing = { relayUrl: line.url, code: stack.ownerCode, name: 'Dana' };
    for (const attempt of [1, 2]) {
      expect(await desk.call('session.pair', pairing)).toMatchObject({
        ok: false,
        refusal: { reason: expect.stringMatching(/no_complete_answer|answer_not_understood/) },
      });
      expect(line.broken).toBe(attempt);
    }
    expect(await desk.call('session.pair', pairing)).toEqual({ ok: true });
    await until(
      'the desk is live',
      async () => (await desk.call('session.get', {})).connection.relay === 'live' || undefined,
    );
  } finally {
    desk.close();
    await host.stop();
    line.close();
  }
  const { code } = await operate<{ code: string }>(
    stack.env,
    ...['invite', '--agency', stack.agencyId, '--role', 'owner'],
  );
  const { deviceToken } = await devices<{ deviceToken: string }>({ body: { code, name: 'Script' } });
  const { items } = await devices<{ items: { name: string }[] }>({ token: deviceToken });
  expect(items.map(({ name }) => name)).toEqual(['Dana', 'Script']);
  // Nobody else gets in with that code.
  expect(await devices({ body: { code: stack.ownerCode, name: 'Somebody' } })).toMatchObject({ code: 'code_invalid' });
});

/** Asks the relay directly, not over the breaking connection. */
async function devices<Answer>({ body, token }: { body?: object; token?: string }): Promise<Answer> {
  const response = await fetch(`${stack.relayUrl}/api/devices`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token ?? ''}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as Answer;
}
