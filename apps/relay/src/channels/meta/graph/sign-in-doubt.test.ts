import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { because } from '@transom/shared';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ChannelAccount, ChannelPort } from '../../../outbound/channel-port.ts';
import { callsTo } from '../../testing/connectors.ts';

/** A stand-in that refuses each message as the test says, and separately answers whose token it is. */
type Reply = { readonly status: number; readonly body: object } | 'reset';
let server: http.Server;
let client: ChannelPort;
let asked: string[];
let refusal: Reply;
let whoIsIt: Reply;

const account: ChannelAccount = { channel: 'instagram', nativeId: '17841400000000001', token: 'IGTESTTOKEN' };
const message = {
  to: { contactId: '1200000000000001' },
  text: 'Yes',
  mode: 'standard' as const,
  clientReference: 'reference',
};
const graphError = (status: number, code: number, words: string, subcode?: number): Reply => ({
  status,
  body: { error: { code, message: words, ...(subcode === undefined ? {} : { error_subcode: subcode }) } },
});
const known: Reply = { status: 200, body: { id: '998' } };
const dead = graphError(400, 190, 'Error validating access token', 460);

beforeEach(async () => {
  asked = [];
  whoIsIt = known;
  server = http.createServer((request, response) => {
    asked.push(
      `${request.method} ${new URL(request.url ?? '', 'http://localhost').pathname.split('/').slice(3).join('/')}`,
    );
    const reply = request.method === 'POST' ? refusal : whoIsIt;
    if (reply === 'reset') return void response.socket?.resetAndDestroy();
    response.writeHead(reply.status, { 'content-type': 'application/json' }).end(JSON.stringify(reply.body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = callsTo({
    facebookGraphUrl: `${url}/facebook`,
    instagramGraphUrl: `${url}/instagram`,
    facebookAppSecret: 'secret',
    timeoutMs: 2_000,
  });
});
afterEach(() => void server.close());

const noAccess = graphError(
  403,
  200,
  '(#200) App does not have Advanced Access to instagram_manage_messages permission, and recipient user does not have role on app.',
);
const blocked = graphError(403, 200, '(#200) This person isn\u2019t receiving messages from you right now');
const missing = graphError(403, 10, '(#10) Application does not have permission for this action');

it.each([
  [
    'the app lacks access',
    noAccess,
    { kind: 'refused', why: because('account_restricted.roles_only'), platformCode: '200' },
  ],
  [
    'the person accepts no messages',
    blocked,
    { kind: 'refused', why: because('recipient_unavailable'), platformCode: '200' },
  ],
  [
    'Meta does not say which',
    missing,
    { kind: 'refused', why: because('account_restricted.good_sign_in'), platformCode: '10' },
  ],
  ['it is an odd answer about the token', dead, { kind: 'not_sent', why: because('not_sent.sign_in_refused_once') }],
])('does not sign the account out for one refusal while Meta knows the token: %s', async (_what, given, outcome) => {
  refusal = given;
  expect(await client.send(account, message)).toMatchObject(outcome);
  expect(asked).toEqual(['POST 17841400000000001/messages', 'GET me']);
});

it.each([noAccess, blocked, missing, dead])('signs it out if Meta does not know the token either', async (given) => {
  refusal = given;
  whoIsIt = dead;
  expect(await client.send(account, message)).toMatchObject({ kind: 'reauth' });
  expect(asked).toEqual(['POST 17841400000000001/messages', 'GET me']);
});

it.each<[string, Reply]>([
  ['breaks off', 'reset'],
  ['is a fault at Meta', { status: 500, body: { error: { code: 2 } } }],
  ['is a rate limit', graphError(400, 4, 'Application request limit reached')],
  ['says nothing', { status: 200, body: {} }],
])('decides nothing and retries if the answer to "who is this" %s', async (_what, given) => {
  refusal = missing;
  whoIsIt = given;
  expect(await client.send(account, message)).toEqual({ kind: 'not_sent', why: because('not_sent.sign_in_in_doubt') });
});

it('asks only if the sign-in is in doubt', async () => {
  refusal = graphError(400, 10, 'outside of allowed window', 2534022);
  expect(await client.send(account, message)).toMatchObject({ kind: 'refused', why: because('window_closed.at_meta') });
  expect(asked).toEqual(['POST 17841400000000001/messages']);
});

it.each([
  [20, 1772107],
  [100, 1772107],
  [20, undefined],
])('does not count a refusal that may come after the fact as one: %j/%j', async (code, subcode) => {
  refusal = graphError(400, code, 'This API call does not support the requested response format', subcode);
  expect(await client.send(account, message)).toEqual({ kind: 'unknown', why: because('unconfirmed.answer_form') });
});

it('distinguishes a refused call from a refused message', async () => {
  refusal = graphError(400, 100, 'Unsupported request - method type: post');
  expect(await client.send(account, message)).toMatchObject({
    kind: 'calls_refused',
    why: because('calls_refused.this'),
  });
  refusal = graphError(400, 100, "Unsupported request. Object with ID 'x' does not exist", 33);
  expect(await client.send(account, message)).toMatchObject({ kind: 'refused', why: because('invalid.gone') });
  refusal = graphError(400, 100, 'Invalid parameter');
  expect(await client.send(account, message)).toMatchObject({ kind: 'refused', why: because('invalid.form') });
});

it('says why a sign-in is refused when every call is', async () => {
  whoIsIt = graphError(400, 100, 'Unsupported request - method type: get');
  expect(await client.identify('instagram', 'IGTESTTOKEN')).toMatchObject({
    ok: false,
    why: because('calls_refused.this'),
  });
});
