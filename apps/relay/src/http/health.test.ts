import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { app, call, log, now, store, useApiRoom } from './testing/api-room.ts';

useApiRoom();

describe('health', () => {
  test('the relay is alive and ready', async () => {
    expect((await call('GET', '/healthz')).body).toEqual({ ok: true });
    expect(await call('GET', '/readyz')).toMatchObject({ status: 200, body: { ready: true, problems: [] } });
    expect(await store.read((tx) => tx.get(`select at from probes where name = 'readyz'`))).toEqual({ at: now });
  });

  test('a database that takes no writes makes it not ready, with a reason', async () => {
    await store.write((tx) => tx.run(`insert into probes (name, at) values ('x', 1)`));
    let release = () => {};
    const held = store.write(
      () =>
        new Promise<void>((resolve) => {
          release = resolve;
        }),
    );
    try {
      expect(await call('GET', '/readyz')).toMatchObject({
        status: 503,
        body: { ready: false, problems: [expect.stringContaining('within a second')] },
      });
    } finally {
      release();
      await held;
    }
  });

  test('untouched deliveries make it not ready; those that wait for a retry do not', async () => {
    const insert = (attempts: number) =>
      store.write((tx) =>
        tx.run(
          `insert into deliveries (received_at, route, signed_by, body, attempts) values (:at, 'instagram', 'x', :body, :attempts)`,
          { at: now - 61_000, body: Buffer.from('{}'), attempts },
        ),
      );
    await insert(1);
    expect((await call('GET', '/readyz')).status).toBe(200);
    await insert(0);
    await expect.poll(async () => (await call('GET', '/readyz')).status, { timeout: 5_000 }).toBe(503);
  });
});

describe('whatever comes in', () => {
  test.each([
    ['PUT', '/api/messages'],
    ['GET', '/api/messages'],
    ['DELETE', '/api/conversations'],
    ['GET', '/'],
    ['POST', '/api/nothing'],
    ['GET', '/api/conversations/x/y/z'],
  ])('%s %s is not found, as a problem document', async (method, path) => {
    expect(await call(method, path)).toMatchObject({
      status: 404,
      type: 'application/problem+json',
      body: { code: 'not_found' },
    });
  });

  test('a broken address is answered as a problem', async () => {
    const answered = await new Promise<{ status: number; body: string }>((resolve, reject) => {
      const { port } = app.server.address() as AddressInfo;
      httpRequest({ host: '127.0.0.1', port, path: '/api/conversations/%E0%A4%A/messages' }, (response) => {
        let body = '';
        response
          .on('data', (chunk) => {
            body += chunk;
          })
          .on('end', () => resolve({ status: response.statusCode!, body }));
      })
        .on('error', reject)
        .end();
    });
    expect(answered.status).toBe(400);
    expect(JSON.parse(answered.body)).toMatchObject({ code: 'invalid_request' });
  });

  test('an unexpected error reveals nothing of its text, neither to the caller nor to the log', async () => {
    const { status, body } = await call('GET', '/broken');
    expect([status, body.code]).toEqual([500, 'internal_error']);
    expect(JSON.stringify(body) + log).not.toContain('secret words');
    expect(log).toContain('"route":"/broken"');
    expect(JSON.stringify(body)).not.toContain('api-room.ts');
  });

  test('the description passes the checks of a linter', async () => {
    const { body } = await call('GET', '/api/openapi.json');
    expect(body.info.license.identifier).toBe('MIT');
    expect(body.servers).toHaveLength(1);
    const known = body.tags.map(({ name }: { name: string }) => name);
    const operations = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.entries(methods as object).map(([method, operation]) => ({ path, method, operation })),
    );
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(operations.length);
    for (const { path, method, operation } of operations) {
      const where = `${method} ${path}`;
      expect(operation.operationId, where).toMatch(/^[a-z][A-Za-z]+$/);
      expect(known, where).toEqual(expect.arrayContaining(operation.tags));
      expect(operation.tags, where).toHaveLength(1);
      expect(operation.summary, where).toBeTruthy();
      expect(Array.isArray(operation.security), where).toBe(true);
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const inPath = operation.parameters.filter((given: { in: string }) => given.in === 'path');
      expect(
        inPath.map(({ name }: { name: string }) => name),
        where,
      ).toEqual(named);
      const statuses = Object.keys(operation.responses);
      expect(
        statuses.some((status) => status.startsWith('2')),
        where,
      ).toBe(true);
      for (const response of Object.values(operation.responses))
        expect((response as { description: string }).description, where).toBeTruthy();
    }
  });

  test('the description names every call of the design', async () => {
    const { body } = await call('GET', '/api/openapi.json');
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining([
        '/api/webhooks/instagram',
        '/api/webhooks/facebook',
        '/api/instagram/webhook',
        '/api/devices',
        '/api/conversations',
        '/api/conversations/{id}/messages',
        '/api/messages',
        '/api/comments/{id}/private-reply',
        '/api/commands',
        '/api/instagram/connect',
        '/api/facebook/connect',
        '/api/meta/deauthorize',
        '/api/meta/data-deletion',
        '/api/meta/data-deletion/{code}',
        '/api/openapi.json',
        '/healthz',
        '/readyz',
        '/metrics',
      ]),
    );
  });
});
