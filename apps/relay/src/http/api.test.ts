import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { hourMs, newId } from '@transom/shared';
import { describe, expect, test, vi } from 'vitest';
import { createAgency } from '../people/create-agency.ts';
import {
  accountOf,
  advance,
  agencyWith,
  call,
  commented,
  conversations,
  joinAgency,
  now,
  received,
  revoked,
  store,
  url,
  useApiRoom,
  vault,
} from './testing/api-room.ts';

useApiRoom();

describe('devices', () => {
  test('a code becomes a token with exactly the promised fields', async () => {
    const { ownerCode, agencyId } = await createAgency({ store, vault }, { name: 'Nordic Saunas', plan: 'plus' }, now);
    const { status, body } = await call('POST', '/api/devices', { json: { code: ownerCode, name: 'Ida' } });
    expect(status).toBe(201);
    expect(body).toEqual({
      deviceToken: expect.any(String),
      deviceId: expect.any(String),
      agency: { id: agencyId, name: 'Nordic Saunas' },
      person: { id: expect.any(String), name: 'Ida', role: 'owner' },
    });
    expect((await call('POST', '/api/devices', { json: { code: ownerCode, name: 'Ida' } })).body).toMatchObject({
      status: 403,
      code: 'code_invalid',
    });
  });

  test('a call whose answer was lost can be repeated with the token that the caller made', async () => {
    const { agencyId, ownerCode } = await createAgency({ store, vault }, { name: 'Nordic Saunas', plan: 'plus' }, now);
    const deviceToken = randomBytes(32).toString('base64url');
    const json = { code: ownerCode, name: 'Ida', deviceToken };
    const lost = await call('POST', '/api/devices', { json });
    expect(lost).toMatchObject({ status: 201, body: { deviceToken } });
    expect(await call('POST', '/api/devices', { json })).toMatchObject({ status: 201, body: lost.body });
    const { items } = (await call('GET', '/api/devices', { token: deviceToken })).body;
    expect(items).toMatchObject([{ id: lost.body.deviceId }]);
    expect(agencyId).toBe(lost.body.agency.id);
  });

  test('a guessable token is refused, and the code stays valid', async () => {
    const { ownerCode } = await createAgency({ store, vault }, { name: 'Nordic Saunas', plan: 'plus' }, now);
    for (const deviceToken of ['', 'secret', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}=`, 7, null])
      expect(
        (await call('POST', '/api/devices', { json: { code: ownerCode, name: 'Ida', deviceToken } })).body.code,
      ).toBe('invalid_request');
    expect((await call('POST', '/api/devices', { json: { code: ownerCode, name: 'Ida' } })).status).toBe(201);
  });

  test('owners see and revoke devices, others only revoke their own', async () => {
    const { agencyId, token, owner } = await agencyWith();
    const agent = await joinAgency(agencyId, 'agent');
    expect((await call('GET', '/api/devices', { token: agent.deviceToken })).body.code).toBe('forbidden');
    expect((await call('GET', '/api/devices', { token })).body.items).toHaveLength(2);
    expect((await call('DELETE', `/api/devices/${owner.deviceId}`, { token: agent.deviceToken })).body.code).toBe(
      'forbidden',
    );
    expect((await call('DELETE', `/api/devices/${agent.deviceId}`, { token })).status).toBe(200);
    expect(revoked).toEqual([agent.deviceId]);
    expect((await call('GET', '/api/conversations', { token: agent.deviceToken })).status).toBe(401);
    expect((await call('DELETE', `/api/devices/${agent.deviceId}`, { token })).status).toBe(404);
  });

  test('without a token, or with a malformed one, nothing is revealed', async () => {
    for (const path of ['/api/conversations', '/api/conversations/x/messages']) {
      expect((await call('GET', path)).body).toMatchObject({ status: 401, code: 'unauthorized' });
      expect((await call('GET', path, { token: 'A'.repeat(43) })).status).toBe(401);
      expect((await call('GET', path, { token: "' or 1=1" })).status).toBe(401);
    }
    expect((await call('POST', '/api/messages', { json: {} })).status).toBe(401);
    expect((await call('POST', '/api/instagram/connect')).status).toBe(401);
  });
});

describe('conversations', () => {
  test('have exactly the promised fields and the window as it is now', async () => {
    const { agencyId, token } = await agencyWith();
    await received(agencyId, await accountOf(agencyId), '1001', 'Hei! Må jeg bestille? 🌊', now - hourMs);
    expect(await conversations(token)).toEqual({
      items: [
        {
          id: expect.any(String),
          channel: 'instagram',
          contact: { id: expect.any(String), name: 'Buyer 1001', username: null },
          lastMessageAt: now - hourMs,
          window: { kind: 'standard', expiresAt: now + 23 * hourMs },
          state: 'needs_answer',
        },
      ],
      nextCursor: null,
    });
    advance(23 * hourMs);
    expect((await conversations(token)).items[0].window.kind).toBe('closed');
  });

  test('are paged without gaps or duplicates, even if times are equal and new ones arrive meanwhile', async () => {
    const { agencyId, token } = await agencyWith();
    const account = await accountOf(agencyId);
    for (let buyer = 0; buyer < 7; buyer += 1)
      await received(agencyId, account, `20${buyer}`, 'hi', now - (buyer % 3) * 1_000);
    expect((await conversations(token, '?limit=7')).nextCursor).toBeNull();
    const first = await conversations(token, '?limit=3');
    await received(agencyId, account, '999', 'later', now + 5_000);
    const second = await conversations(token, `?limit=3&cursor=${first.nextCursor}`);
    const third = await conversations(token, `?limit=3&cursor=${second.nextCursor}`);
    const ids = [...first.items, ...second.items, ...third.items].map(({ id }) => id);
    expect([first.items.length, second.items.length, third.items.length, third.nextCursor]).toEqual([3, 3, 1, null]);
    expect(new Set(ids).size).toBe(7);
  });

  test.each(['limit=0', 'limit=201', 'limit=x', 'limit=1.5', 'cursor=nonsense', 'limit='])(
    '%s is refused',
    async (query) => {
      const { token } = await agencyWith();
      expect((await call('GET', `/api/conversations?${query}`, { token })).body).toMatchObject({
        status: 400,
        code: 'invalid_request',
      });
    },
  );

  test('messages come newest first, paged, with exactly the promised fields', async () => {
    const { agencyId, token } = await agencyWith();
    const account = await accountOf(agencyId);
    for (const minute of [3, 1, 2]) await received(agencyId, account, '1', `message ${minute}`, now - minute * 60_000);
    const { id } = (await conversations(token)).items[0];
    const { body: first } = await call('GET', `/api/conversations/${id}/messages?limit=2`, { token });
    expect(first.items.map(({ text }: { text: string }) => text)).toEqual(['message 1', 'message 2']);
    expect(first.items[0]).toEqual({
      id: expect.any(String),
      direction: 'inbound',
      kind: 'text',
      text: 'message 1',
      nativeMessageId: `mid.1.${now - 60_000}`,
      sentAt: now - 60_000,
      state: 'received',
      attachments: [],
    });
    const { body: second } = await call('GET', `/api/conversations/${id}/messages?limit=2&cursor=${first.nextCursor}`, {
      token,
    });
    expect(second).toMatchObject({ items: [{ text: 'message 3' }], nextCursor: null });
  });

  test('long messages come in several pages, without gaps or duplicates', async () => {
    const { agencyId, token } = await agencyWith();
    const account = await accountOf(agencyId);
    for (let n = 0; n < 21; n += 1) await received(agencyId, account, '1001', `${n}`.padEnd(10_000), now - n);
    const [{ id: conversationId }] = (await conversations(token)).items;
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await call('GET', `/api/conversations/${conversationId}/messages?limit=200${after}`, { token });
      expect(body.items.length).toBeLessThan(12);
      seen.push(...body.items.map((item: { id: string }) => item.id));
      cursor = body.nextCursor;
    }
    expect(seen).toHaveLength(21);
    expect(new Set(seen).size).toBe(21);
  });

  test('a device that leaves many bodies unfinished is told to wait before more of them fill the memory', async () => {
    const { token } = await agencyWith();
    const head = `POST /api/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`;
    const sockets = Array.from({ length: 30 }, () => connect(Number(new URL(url).port), '127.0.0.1'));
    const refused = Promise.withResolvers<void>();
    let count = 0;
    for (const socket of sockets) {
      socket.on('error', () => undefined).write(head);
      socket.on('data', (data) => {
        expect(String(data)).toContain('429');
        count += 1;
        if (count === 10) refused.resolve();
      });
    }
    await refused.promise;
    for (const socket of sockets) socket.destroy();
    await vi.waitUntil(async () => (await call('GET', '/api/conversations', { token })).status === 200, 5_000);
    expect(count).toBe(10);
  });

  test('another agency sees none of it', async () => {
    const ours = await agencyWith('Ours');
    await received(ours.agencyId, await accountOf(ours.agencyId), '1', 'private');
    const { id } = (await conversations(ours.token)).items[0];
    const theirs = await agencyWith('Theirs');
    expect((await conversations(theirs.token)).items).toEqual([]);
    expect((await call('GET', `/api/conversations/${id}/messages`, { token: theirs.token })).body.code).toBe(
      'not_found',
    );
    const send = { conversationId: id, clientMessageId: newId(), text: 'hello' };
    expect((await call('POST', '/api/messages', { token: theirs.token, json: send })).body.code).toBe('not_found');
  });
});

describe('sending', () => {
  async function conversation() {
    const agency = await agencyWith();
    const account = await accountOf(agency.agencyId);
    await received(agency.agencyId, account, '1', 'How much?');
    return { ...agency, account, id: (await conversations(agency.token)).items[0].id as string };
  }

  test('is accepted once; the same id again gets the same answer, or a refusal if the text differs', async () => {
    const { token, id } = await conversation();
    const json = { conversationId: id, clientMessageId: newId(), text: 'It is 4,900.' };
    const first = await call('POST', '/api/messages', { token, json });
    expect(first).toMatchObject({ status: 202, body: { id: expect.any(String), state: 'queued' } });
    expect(Object.keys(first.body)).toEqual(['id', 'state']);
    const again = await call('POST', '/api/messages', { token, json });
    expect([again.status, again.body]).toEqual([202, first.body]);
    expect((await call('POST', '/api/messages', { token, json: { ...json, text: 'other' } })).body).toMatchObject({
      status: 422,
      code: 'id_reused',
    });
    const { body } = await call('GET', `/api/conversations/${id}/messages`, { token });
    expect(body.items.filter(({ direction }: { direction: string }) => direction === 'outbound')).toHaveLength(1);
  });

  test.each(['scheduledAt', 'template', 'recipients'])(
    '%s does not exist: only a person sends, and only now',
    async (field) => {
      const { token, id } = await conversation();
      const json = { conversationId: id, clientMessageId: newId(), text: 'x', [field]: 1 };
      expect((await call('POST', '/api/messages', { token, json })).body).toMatchObject({
        status: 403,
        code: 'policy_refused',
        detail: expect.stringContaining(field),
      });
    },
  );

  test('refusals by the gate come with their status', async () => {
    const { agencyId, token, id } = await conversation();
    const send = (text: string, by = token) =>
      call('POST', '/api/messages', { token: by, json: { conversationId: id, clientMessageId: newId(), text } });
    expect((await send('ø'.repeat(501))).body).toMatchObject({ status: 422, code: 'text_too_long' });
    expect((await send('  ')).body).toMatchObject({ status: 422, code: 'text_empty' });
    expect((await send('hi', (await joinAgency(agencyId, 'viewer')).deviceToken)).body).toMatchObject({
      status: 403,
      code: 'forbidden',
    });
    advance(24 * hourMs);
    expect((await send('late')).body).toMatchObject({
      type: 'urn:transom:problem:window_closed',
      status: 409,
      code: 'window_closed',
    });
  });

  test('every desk command is available to scripts, with the answer that a desk gets', async () => {
    const { agencyId, token, id } = await conversation();
    const give = (command: object, { commandId = newId(), by = token } = {}) =>
      call('POST', '/api/commands', { token: by, json: { id: commandId, command } });
    const note = { kind: 'note.add', conversationId: id, text: 'Wants it before Christmas.' };
    const commandId = newId();
    const first = await give(note, { commandId });
    expect(first).toMatchObject({ status: 200, body: { ok: true, state: 'received' } });
    expect((await give(note, { commandId })).body).toEqual(first.body);
    expect((await give({ kind: 'handoff.claim', conversationId: id })).body).toEqual({
      ok: true,
      messageId: null,
      state: null,
    });
    const refused = async (command: object, by = token) => (await give(command, { by })).body;
    const viewer = (await joinAgency(agencyId, 'viewer')).deviceToken;
    expect(await refused(note, viewer)).toMatchObject({ status: 403, code: 'forbidden' });
    expect(await refused({ ...note, conversationId: 'none' })).toMatchObject({ status: 404, code: 'not_found' });
    expect(await refused({ ...note, sendAt: 1 })).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(await refused({ kind: 'reply.schedule', text: 'x' })).toMatchObject({
      status: 403,
      code: 'policy_refused',
      detail: 'Transom does not schedule messages: a person sends each one.',
    });
    for (const body of ['{', '[]', '{"id":"x","command":{"kind":"constructor"}}'])
      expect(
        (await call('POST', '/api/commands', { token, raw: { type: 'application/json', body } })).body,
      ).toMatchObject({ code: 'invalid_request' });
  });

  test('a comment gets its one private reply, named by Meta\u2019s id', async () => {
    const { agencyId, token, account } = await conversation();
    await commented(agencyId, account, '77', '17900000000000077');
    const reply = (clientMessageId = newId()) =>
      call('POST', '/api/comments/17900000000000077/private-reply', {
        token,
        json: { clientMessageId, text: 'We wrote you.' },
      });
    expect(await reply()).toMatchObject({ status: 202, body: { state: 'queued' } });
    expect((await reply()).body).toMatchObject({ status: 409, code: 'private_reply_used' });
    expect(
      (
        await call('POST', '/api/comments/unknown/private-reply', {
          token,
          json: { clientMessageId: newId(), text: 'x' },
        })
      ).body.code,
    ).toBe('not_found');
  });

  test.each([
    ['{', 'application/json', 400, 'invalid_request'],
    ['', 'application/json', 400, 'invalid_request'],
    ['null', 'application/json', 400, 'invalid_request'],
    ['[]', 'application/json', 400, 'invalid_request'],
    ['"x"', 'application/json', 400, 'invalid_request'],
    ['{"__proto__":{"x":1}}', 'application/json', 400, 'invalid_request'],
    ['{"conversationId":1,"clientMessageId":"a","text":"x"}', 'application/json', 400, 'invalid_request'],
    ['a=b', 'application/x-www-form-urlencoded', 400, 'invalid_request'],
    ['x', 'image/png', 400, 'invalid_request'],
    [`{"text":"${'x'.repeat(300_000)}"}`, 'application/json', 413, 'body_too_large'],
  ])('the body %.40s (%s) is answered with %i %s', async (body, type, status, code) => {
    const { token } = await agencyWith();
    expect(await call('POST', '/api/messages', { token, raw: { type, body } })).toMatchObject({
      status,
      type: 'application/problem+json',
      body: { status, code },
    });
  });
});
