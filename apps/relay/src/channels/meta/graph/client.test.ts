import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import { because, en, sentenceOf } from '@transom/shared';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChannelAccount, ChannelPort, OutgoingMessage } from '../../../outbound/channel-port.ts';
import { callsTo } from '../../testing/connectors.ts';
import { appSecretProof } from '../signature.ts';
import { errorSamples } from './error-samples.ts';

type Seen = {
  method: string;
  path: string;
  query: Record<string, string>;
  authorization: string | undefined;
  body: unknown;
};
type Answer = (response: http.ServerResponse, seen: Seen) => void;

const secret = 'test_app_secret';
const token = 'EAATESTTOKEN';
const onInstagram: ChannelAccount = { channel: 'instagram', nativeId: '17841400000000001', token };
const onPage: ChannelAccount = { channel: 'facebook', nativeId: '104200000000001', token };
const words = 'Yes, 7 pm works for your møte.';
const reply: OutgoingMessage = {
  to: { contactId: '1200000000000001' },
  text: words,
  mode: 'standard',
  clientReference: 'out:01JEXAMPLE',
};
const privateReply: OutgoingMessage = { ...reply, to: { commentId: '104200000000001_500' } };

let server: http.Server;
let seen: Seen[];
let answer: Answer;
let client: ChannelPort;

beforeEach(async () => {
  seen = [];
  answer = json(200, { recipient_id: '1200000000000001', message_id: 'aWdfOk0009' });
  server = http.createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const url = new URL(request.url ?? '', 'http://localhost');
    const one = {
      method: request.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      authorization: request.headers.authorization,
      body: body === '' ? null : JSON.parse(body),
    };
    seen.push(one);
    answer(response, one);
  });
  client = clientOf(`http://127.0.0.1:${await portOf(server)}`);
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

describe('send', () => {
  it('writes to Instagram as the account, without Messenger’s keys', async () => {
    expect(await client.send(onInstagram, reply)).toEqual({
      kind: 'sent',
      nativeMessageId: 'aWdfOk0009',
      recipientId: '1200000000000001',
    });
    expect(seen).toEqual([
      {
        method: 'POST',
        path: '/instagram/v26.0/17841400000000001/messages',
        query: {},
        authorization: `Bearer ${token}`,
        body: { recipient: { id: '1200000000000001' }, message: { text: words } },
      },
    ]);
  });

  it('writes to Messenger with the reference that its echo returns, and proves the secret', async () => {
    await client.send(onPage, reply);
    expect(seen).toEqual([
      {
        method: 'POST',
        path: '/facebook/v26.0/104200000000001/messages',
        query: { appsecret_proof: appSecretProof(token, secret) },
        authorization: `Bearer ${token}`,
        body: {
          recipient: { id: '1200000000000001' },
          messaging_type: 'RESPONSE',
          message: { text: words, metadata: 'out:01JEXAMPLE' },
        },
      },
    ]);
  });

  it('tags a late reply as written by a person', async () => {
    await client.send(onInstagram, { ...reply, mode: 'human_agent' });
    await client.send(onPage, { ...reply, mode: 'human_agent' });
    const tagged = { recipient: { id: '1200000000000001' }, messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' };
    expect(seen.map(({ body }) => body)).toEqual([
      { ...tagged, message: { text: words } },
      { ...tagged, message: { text: words, metadata: 'out:01JEXAMPLE' } },
    ]);
  });

  it('addresses a private reply to the comment', async () => {
    await client.send(onInstagram, privateReply);
    expect(seen[0]?.body).toEqual({ recipient: { comment_id: '104200000000001_500' }, message: { text: words } });
  });

  it('keeps every digit of a message id that comes as a number', async () => {
    answer = (response) => response.end('{"message_id":17900000000000071,"recipient_id":12000000000000017}');
    expect(await client.send(onInstagram, reply)).toEqual({
      kind: 'sent',
      nativeMessageId: '17900000000000071',
      recipientId: '12000000000000017',
    });
  });

  it.each(['../me', '..', 'a/b', 'a?b', 'a#b', 'a%2fb', '', 'a b', 'é', '-1\r\nx: y'])(
    'does not call Meta with the id %j',
    async (id) => {
      const outcomes = [
        await client.send({ ...onPage, nativeId: id }, reply),
        await client.send(onPage, { ...reply, to: { contactId: id } }),
        await client.send(onPage, { ...reply, to: { commentId: id } }),
      ];
      for (const outcome of outcomes) expect(outcome).toMatchObject({ kind: 'refused', why: because('invalid.ids') });
      expect(await client.readProfile(onPage, id)).toBeNull();
      expect(seen).toEqual([]);
    },
  );

  it('does not call Meta with a damaged token', async () => {
    expect(await client.send({ ...onPage, token: 'v1|\u0000\n' }, reply)).toMatchObject({
      kind: 'reauth',
      why: because('reauth_required.damaged'),
    });
    expect(await client.identify('facebook', '')).toEqual({ ok: false, why: because('reauth_required.characters') });
    expect(seen).toEqual([]);
  });
});

describe('an error from Meta', () => {
  it.each(errorSamples)('HTTP %d, code %d, subcode %s', async (status, code, subcode, meaning) => {
    const error = {
      message: `(#${code}) about "${words}" with ${token}`,
      type: 'OAuthException',
      code,
      ...(subcode !== null && { error_subcode: subcode }),
    };
    answer = json(status, { error });
    const outcome = await client.send(onPage, reply);
    expect(outcome).toMatchObject(meaning);
    expect('why' in outcome && sentenceOf(en, outcome.why)).toMatch(/^[A-Z].{20,}\.$/);
    for (const private_ of [token, words, appSecretProof(token, secret)])
      expect(JSON.stringify(outcome)).not.toContain(private_);
  });

  it('about a comment does not make its author unreachable', async () => {
    answer = json(400, { error: { code: 100, error_subcode: 2534014 } });
    expect(await client.send(onPage, privateReply)).toMatchObject({
      kind: 'refused',
      why: because('invalid.comment_gone'),
    });
  });

  it('that Meta calls transient may hide a message that arrived', async () => {
    answer = json(400, { error: { code: 98765, is_transient: true } });
    expect(await client.send(onPage, reply)).toMatchObject({ kind: 'unknown' });
  });

  it.each([
    ['the usage header', { 'x-business-use-case-usage': usage(3, 12) }, 12 * 60_000],
    ['the usage header, not Retry-After', { 'x-business-use-case-usage': usage(2), 'retry-after': '5' }, 2 * 60_000],
    ['Retry-After', { 'x-business-use-case-usage': usage(0), 'retry-after': '45' }, 45_000],
    ['Retry-After, at most a day', { 'retry-after': '9999999' }, 24 * 60 * 60_000],
    ['neither', { 'x-business-use-case-usage': 'not JSON', 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, null],
  ])('sets the pause by %s', async (_name, headers, retryAfterMs) => {
    answer = json(400, { error: { code: 4 } }, headers);
    expect(await client.send(onInstagram, reply)).toMatchObject({ kind: 'throttled', retryAfterMs });
  });
});

describe('an answer that is not Meta’s', () => {
  it.each([
    ['broken JSON after success', 200, '{"message_id":"m_1', 'unknown'],
    ['an HTML page after success', 200, '<html>ok</html>', 'unknown'],
    ['success without an id', 200, '{"recipient_id":"1"}', 'unknown'],
    ['an empty body after success', 200, '', 'unknown'],
    ['a gateway’s failure', 502, '<html>Bad Gateway</html>', 'unknown'],
    ['a proxy’s time-out', 408, '', 'unknown'],
    ['a rate limit', 429, '<html>', 'throttled'],
    ['a refusal of the token', 401, '', 'reauth'],
    ['another site', 404, '<html>Not Found</html>', 'refused'],
    ['a redirect', 302, '', 'refused'],
  ])('%s', async (_name, status, body, kind) => {
    answer = (response) =>
      response.writeHead(status, { 'content-type': 'text/html', location: '/elsewhere' }).end(body);
    expect(await client.send(onPage, reply)).toMatchObject({ kind });
    expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });
});

describe('a connection that fails', () => {
  it('by reset after the request arrived leaves it unknown', async () => {
    answer = (response) => response.socket?.resetAndDestroy();
    expect(await client.send(onPage, reply)).toMatchObject({
      kind: 'unknown',
      why: because('unconfirmed.connection_broke', { error: 'ECONNRESET' }),
    });
    expect(seen).toHaveLength(1);
  });

  it('in the middle of the answer leaves it unknown', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-length': '500' }).write('{"message_id":');
      setImmediate(() => response.socket?.destroy());
    };
    expect(await client.send(onPage, reply)).toMatchObject({ kind: 'unknown' });
  });

  it('by a slow answer leaves it unknown', async () => {
    answer = () => {};
    expect(await patientFor(200).send(onPage, reply)).toMatchObject({
      kind: 'unknown',
      why: because('unconfirmed.connection_broke', { error: 'no answer in time' }),
    });
    expect(seen).toHaveLength(1);
  });

  it('by an answer that never ends leaves it unknown', async () => {
    answer = (response) => response.writeHead(200).write('{');
    expect(await patientFor(200).send(onPage, reply)).toMatchObject({ kind: 'unknown' });
  });

  it('by speaking something other than HTTP leaves it unknown', async () => {
    await withTcp(
      (socket) => socket.end('SSH-2.0-OpenSSH\r\n'),
      async (port) => {
        expect(await clientOf(`http://127.0.0.1:${port}`).send(onPage, reply)).toMatchObject({ kind: 'unknown' });
      },
    );
  });

  it('at a port where nobody listens sent nothing', async () => {
    const closed = net.createServer();
    const port = await portOf(closed);
    closed.close();
    await once(closed, 'close');
    expect(await clientOf(`http://127.0.0.1:${port}`).send(onPage, reply)).toMatchObject({
      kind: 'not_sent',
      why: because('not_sent.unreachable', { error: 'ECONNREFUSED' }),
    });
  });

  it('at a name that does not exist sent nothing', async () => {
    expect(await clientOf('http://graph.invalid').send(onPage, reply)).toMatchObject({ kind: 'not_sent' });
  });

  it('at a host that does not speak TLS sent nothing', async () => {
    const { port } = server.address() as AddressInfo;
    expect(await clientOf(`https://127.0.0.1:${port}`).send(onPage, reply)).toMatchObject({ kind: 'not_sent' });
    expect(seen).toEqual([]);
  });

  it('by reset before the request could be written sent nothing', async () => {
    await withTcp(
      (socket) => socket.once('data', () => socket.resetAndDestroy()),
      async (port) => {
        expect(await clientOf(`https://127.0.0.1:${port}`).send(onPage, reply)).toMatchObject({ kind: 'not_sent' });
      },
    );
  });

  it('by a handshake that takes too long sent nothing', async () => {
    await withTcp(
      () => {},
      async (port) => {
        expect(await clientOf(`https://127.0.0.1:${port}`, 200).send(onPage, reply)).toMatchObject({
          kind: 'not_sent',
          why: because('not_sent.unreachable', { error: 'no answer in time' }),
        });
      },
    );
  });
});

describe('identify', () => {
  it('takes the id that webhooks use on Instagram, digits intact', async () => {
    answer = (response) => response.end('{"id":"998","user_id":17841400000000001,"username":"nordic.saunas"}');
    expect(await client.identify('instagram', token)).toEqual({
      ok: true,
      identity: { nativeId: '17841400000000001', appScopedId: '998', name: 'nordic.saunas', username: 'nordic.saunas' },
    });
    expect(seen[0]).toMatchObject({
      method: 'GET',
      path: '/instagram/v26.0/me',
      query: { fields: 'id,user_id,username,name' },
    });
  });

  it('takes the Page behind a Page’s token', async () => {
    answer = json(200, { id: '104200000000001', name: 'Nordic Saunas' });
    expect(await client.identify('facebook', token)).toEqual({
      ok: true,
      identity: { nativeId: '104200000000001', appScopedId: null, name: 'Nordic Saunas', username: null },
    });
  });

  it('says what to do if the token is dead or names no account', async () => {
    answer = json(400, { error: { code: 190, error_subcode: 463, message: token } });
    expect(await client.identify('instagram', token)).toEqual({
      ok: false,
      why: because('reauth_required.rejected'),
    });
    answer = json(200, { id: '998' });
    expect(await client.identify('instagram', token)).toEqual({
      ok: false,
      why: because('reauth_required.no_account'),
    });
  });
});

describe('subscribe', () => {
  it.each([
    [onInstagram, 'messaging_seen', 'message_reads'],
    [onPage, 'message_reads', 'messaging_seen'],
  ])('uses the field names of the object and reads them back', async (account, own, foreign) => {
    answer = (response, { method }) => {
      const asked = seen[0]?.query.subscribed_fields?.split(',') ?? [];
      const listed = { data: [{ id: '1', subscribed_fields: [...asked.slice(0, -1), 'leadgen'] }] };
      json(200, method === 'POST' ? { success: true } : listed)(response);
    };
    const result = await client.subscribe(account);
    const asked = seen[0]?.query.subscribed_fields?.split(',') ?? [];
    expect(asked).toContain(own);
    expect(asked).not.toContain(foreign);
    expect(result).toEqual({ ok: true, fields: asked.slice(0, -1) });
    expect(seen.map(({ method, path }) => [method, path.split('/').slice(3).join('/')])).toEqual([
      ['POST', `${account.nativeId}/subscribed_apps`],
      ['GET', `${account.nativeId}/subscribed_apps`],
    ]);
  });

  it('fails if Meta refuses or `messages` is missing', async () => {
    answer = json(400, { error: { code: 100, message: 'Param subscribed_fields[1] must be one of {…}' } });
    expect(await client.subscribe(onPage)).toEqual({ ok: false, why: because('invalid.form') });
    answer = json(200, { success: true, data: [{ subscribed_fields: ['comments'] }] });
    expect(await client.subscribe(onInstagram)).toEqual({ ok: false, why: because('not_subscribed') });
  });
});

describe('readSent', () => {
  const contactId = '1200000000000001';
  const messages = [
    { id: 'm1', created_time: '2026-11-20T21:00:00+0000', from: { id: onPage.nativeId }, message: 'older' },
    { id: 'm2', created_time: '2026-11-20T21:00:05+0000', from: { id: contactId }, message: 'the buyer’s' },
    { id: 'm3', created_time: '2026-11-20T21:00:09+0000', from: { id: onPage.nativeId }, message: words },
    { id: 'm4', from: { id: onPage.nativeId }, message: 'deleted' },
  ];

  it('returns what the business wrote, newest first', async () => {
    answer = (response, one) =>
      json(
        200,
        one.path.endsWith('/conversations') ? { data: [{ id: 't_77' }] } : { id: 't_77', messages: { data: messages } },
      )(response);
    expect(await client.readSent(onPage, contactId)).toEqual([
      { nativeMessageId: 'm3', text: words, sentAt: Date.UTC(2026, 10, 20, 21, 0, 9) },
      { nativeMessageId: 'm1', text: 'older', sentAt: Date.UTC(2026, 10, 20, 21) },
    ]);
    expect(seen.map(({ path, query }) => [path, query.platform, query.user_id, query.fields])).toEqual([
      ['/facebook/v26.0/104200000000001/conversations', 'messenger', contactId, 'id'],
      ['/facebook/v26.0/t_77', undefined, undefined, 'messages.limit(20){id,created_time,from,message}'],
    ]);
  });

  it('asks for less if Meta finds it too much', async () => {
    answer = (response, one) => {
      if (one.path.endsWith('/conversations')) return json(200, { data: [{ id: 't_77' }] })(response);
      if (one.query.fields?.includes('limit(20)')) return json(500, { error: { code: 1 } })(response);
      return json(200, { messages: { data: messages.slice(2, 3) } })(response);
    };
    expect(await client.readSent(onInstagram, contactId)).toHaveLength(1);
    expect(seen[0]?.query.platform).toBe('instagram');
  });

  it('distinguishes "nothing was written" from "cannot be read"', async () => {
    answer = json(200, { data: [] });
    expect(await client.readSent(onPage, contactId)).toEqual([]);
    answer = json(400, { error: { code: 4 } });
    expect(await client.readSent(onPage, contactId)).toBeNull();
  });
});

describe('readProfile', () => {
  it('returns the names that each channel has', async () => {
    answer = json(200, { name: null, username: 'ola_n', id: '1' });
    expect(await client.readProfile(onInstagram, '1')).toEqual({ name: null, username: 'ola_n' });
    answer = json(200, { first_name: 'Ola', last_name: 'Nordmann' });
    expect(await client.readProfile(onPage, '1')).toEqual({ name: 'Ola Nordmann', username: null });
  });

  it('returns nothing if the person did not consent', async () => {
    answer = json(400, { error: { code: 230 } });
    expect(await client.readProfile(onInstagram, '1')).toBeNull();
  });
});

function clientOf(base: string, timeoutMs = 5_000): ChannelPort {
  return callsTo({
    facebookGraphUrl: `${base}/facebook`,
    instagramGraphUrl: `${base}/instagram/`,
    facebookAppSecret: secret,
    timeoutMs,
  });
}

function patientFor(timeoutMs: number): ChannelPort {
  return clientOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, timeoutMs);
}

function json(
  status: number,
  body: object,
  headers: Record<string, string> = {},
): (response: http.ServerResponse) => void {
  return (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function usage(...minutes: number[]): string {
  const entries = minutes.map((estimated_time_to_regain_access) => ({
    type: 'messenger',
    call_count: 100,
    estimated_time_to_regain_access,
  }));
  return JSON.stringify({ [onPage.nativeId]: entries });
}

async function portOf(listener: net.Server): Promise<number> {
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return (listener.address() as AddressInfo).port;
}

/** A bare TCP server that hands each connection to `treat`, for as long as `use` runs. */
async function withTcp(treat: (socket: net.Socket) => void, use: (port: number) => Promise<void>): Promise<void> {
  const open = new Set<net.Socket>();
  const tcp = net.createServer((socket) => {
    open.add(socket.on('error', () => {}));
    treat(socket);
  });
  const port = await portOf(tcp);
  try {
    await use(port);
  } finally {
    for (const socket of open) socket.destroy();
    tcp.close();
    await once(tcp, 'close');
  }
}
