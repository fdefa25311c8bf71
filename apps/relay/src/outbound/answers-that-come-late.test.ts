import { because, hourMs, minuteMs, secondMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { echoed, wrote } from '../testing/events.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { channelThat, repliesIn, sentAs, unclear } from '../testing/replies.ts';
import type { SendOutcome } from './channel-port.ts';
import { createSender } from './sender.ts';

async function scene() {
  const room = await openRelayRoom();
  const agency = await room.addAgency();
  const conversationId = await agency.buyerWrites('Hi');
  const account = async () => {
    const [row] = await agency.rows<{ state: string; paused_until: number; trouble_code: string | null }>(
      `select state, paused_until, trouble_code from accounts where agency_id = :agency`,
    );
    return row!;
  };
  const another = async (senderId: string) => {
    await agency.hears(wrote({ contact: { senderId, name: null, username: senderId }, sentAt: room.clock() }));
    return (await agency.threads()).find(({ contact }) => contact.username === senderId)!.id;
  };
  return {
    ...{ room, agency, conversationId, account, another },
    ...repliesIn(room, agency),
    [Symbol.asyncDispose]: () => room[Symbol.asyncDispose](),
  };
}
const throttled = (retryAfterMs: number | null): SendOutcome => ({
  kind: 'throttled',
  retryAfterMs,
  why: because('throttled.account'),
});
const refused = (code: Extract<SendOutcome, { kind: 'refused' }>['why']['code']): SendOutcome => ({
  kind: 'refused',
  why: because(code),
  platformCode: '100',
});
const callsRefused: SendOutcome = { kind: 'calls_refused', why: because('calls_refused.this') };

it('never shortens a pause that Meta asked for', async () => {
  await using it = await scene();
  const one = await it.sends('one', it.conversationId);
  const two = await it.sends('two', await it.another('ola'));
  await it.answered(one, throttled(hourMs));
  await it.answered(two, throttled(null));
  expect((await it.account()).paused_until).toBe(it.room.clock() + hourMs);
  await it.answered(await unpausedSend(it, 'three'), throttled(2 * hourMs));
  expect((await it.account()).paused_until).toBe(it.room.clock() + 2 * hourMs);
});

async function unpausedSend(it: Awaited<ReturnType<typeof scene>>, text: string) {
  it.room.pass(hourMs);
  return it.sends(text, await it.another(text));
}

it('does not take an account out of use because of an answer about a token that it no longer has', async () => {
  await using it = await scene();
  const old = await it.sends('Yes');
  await it.agency.agency.write((tx) =>
    tx.run(`update accounts set token = 'fresh', token_number = token_number + 1 where agency_id = :agency`),
  );
  await it.answered(old, { kind: 'reauth', why: because('reauth_required.rejected') });
  expect(await it.account()).toMatchObject({ state: 'connected' });
  // The reply is sent with the fresh token, and the answer about that one counts.
  await it.answered(await it.leaves(old.messageId), { kind: 'reauth', why: because('reauth_required.rejected') });
  expect(await it.account()).toMatchObject({ state: 'reauth_required' });
  expect(await it.agency.message(old.messageId)).toMatchObject({
    state: 'queued',
    failure: { code: 'reauth_required' },
  });
});

it.each<[string, SendOutcome, object]>([
  ['throttled', throttled(hourMs), { state: 'queued', failure: { code: 'throttled' } }],
  ['refused', refused('invalid'), { state: 'failed', failure: { code: 'invalid' } }],
  [
    'a dead token',
    { kind: 'reauth', why: because('reauth_required.rejected') },
    { state: 'queued', failure: because('reauth_required.rejected') },
  ],
  [
    'never sent',
    { kind: 'not_sent', why: because('not_sent.unreachable', { error: 'ECONNREFUSED' }) },
    { state: 'queued', failure: because('not_sent.unreachable', { error: 'ECONNREFUSED' }) },
  ],
  ['sent', sentAs('m1'), { state: 'sent', nativeMessageId: 'm1' }],
])('accepts the answer to a send that was thought lost: %s', async (_what, outcome, expected) => {
  await using it = await scene();
  const attempt = await it.sends('Yes');
  expect(await it.forgets()).toBe(true);
  expect(await it.agency.message(attempt.messageId)).toMatchObject({ state: 'unconfirmed' });
  await it.answered(attempt, outcome);
  expect(await it.agency.message(attempt.messageId)).toMatchObject(expected);
  const { state, paused_until } = await it.account();
  expect([state, paused_until]).toEqual([
    outcome.kind === 'reauth' ? 'reauth_required' : 'connected',
    outcome.kind === 'throttled' ? it.room.clock() + hourMs : 0,
  ]);
});

it('pauses the account even if the echo has already settled the message', async () => {
  await using it = await scene();
  const attempt = await it.sends('Yes');
  await it.agency.hears(echoed({ nativeMessageId: 'e1', text: 'Yes' }));
  await it.answered(attempt, throttled(hourMs));
  expect(await it.agency.message(attempt.messageId)).toMatchObject({ state: 'sent', nativeMessageId: 'e1' });
  expect((await it.account()).paused_until).toBe(it.room.clock() + hourMs);
});

it('does not overrule what a person has decided meanwhile', async () => {
  await using it = await scene();
  const attempt = await it.sends('Yes');
  await it.forgets();
  await it.looked(attempt.messageId);
  await it.confirms(attempt.messageId, false);
  await it.answered(attempt, throttled(hourMs));
  expect(await it.agency.message(attempt.messageId)).toMatchObject({
    state: 'failed',
    failure: { code: 'not_arrived' },
  });
});

it.each(['invalid', 'recipient_unavailable', 'account_restricted'] as const)(
  'reopens a thread that was closed before its reply failed: %s',
  async (reason) => {
    await using it = await scene();
    const since = it.room.clock();
    const attempt = await it.sends('Yes');
    await it.agency.perform(it.agency.agent, { kind: 'handoff.resolve', conversationId: it.conversationId });
    expect(await it.agency.conversation()).toMatchObject({ state: 'done', handoff: null });
    await it.answered(attempt, refused(reason));
    expect(await it.agency.conversation()).toMatchObject({
      state: 'needs_answer',
      unansweredSinceAt: since,
      handoff: { state: 'open' },
    });
  },
);

it('reopens a closed thread whose reply a person calls lost', async () => {
  await using it = await scene();
  const attempt = await it.sends('Yes');
  await it.answered(attempt, unclear);
  await it.agency.perform(it.agency.agent, { kind: 'handoff.resolve', conversationId: it.conversationId });
  await it.looked(attempt.messageId);
  await it.confirms(attempt.messageId, false);
  expect(await it.agency.conversation()).toMatchObject({ state: 'needs_answer', handoff: { state: 'open' } });
});

it('says that Meta refused although our record has the window open, keeps the text, and leaves the composer open', async () => {
  await using it = await scene();
  it.room.pass(minuteMs);
  const window = (await it.agency.conversation()).window;
  const attempt = await it.sends('Yes');
  await it.answered(attempt, refused('window_closed'));
  expect(await it.agency.message(attempt.messageId)).toMatchObject({
    state: 'failed',
    text: 'Yes',
    failure: { code: 'refused_in_window' },
  });
  expect(await it.agency.conversation()).toMatchObject({ window, unreachable: false, state: 'needs_answer' });
  expect(await it.account()).toMatchObject({ state: 'connected', paused_until: 0 });
  await it.queues('Once more');
  const late = await it.sends('Last', await it.another('ola'));
  it.room.pass(25 * hourMs);
  await it.answered(late, refused('window_closed'));
  expect(await it.agency.message(late.messageId)).toMatchObject({ failure: { code: 'window_closed' } });
});

it('reports once for the account that Meta refuses all its calls, keeps the texts queued, and stops when one succeeds', async () => {
  await using it = await scene();
  const trouble = async () => (await it.account()).trouble_code;
  const ids: string[] = [];
  for (const name of ['ida', 'ola', 'per']) ids.push(await it.queues(`to ${name}`, await it.another(name)));
  const first = await it.leaves(ids[0]!);
  await it.answered(first, callsRefused);
  expect([await trouble(), (await it.account()).paused_until]).toEqual([null, it.room.clock() + minuteMs]);
  for (const id of ids.slice(1)) {
    const attempt = { ...first, messageId: id, conversationId: (await it.agency.message(id))!.conversationId };
    await it.answered(attempt, callsRefused);
  }
  expect(await trouble()).toBe('calls_refused');
  for (const id of ids)
    expect(await it.agency.message(id)).toMatchObject({ state: 'queued', failure: { code: 'calls_refused' } });
  const accounts = (await it.agency.changes()).filter(({ entity }) => entity === 'account');
  expect(accounts.map(({ body }) => (JSON.parse(body!) as { trouble: unknown }).trouble)).toEqual([
    { code: 'calls_refused', reason: 'calls_refused.account', sinceAt: it.room.clock() },
  ]);
  expect(await it.account()).toMatchObject({ state: 'connected' });
  // The longer it has lasted, the less often it is tried.
  it.room.pass(hourMs);
  await it.answered(await it.leaves(ids[0]!), callsRefused);
  expect((await it.account()).paused_until).toBe(it.room.clock() + 15 * minuteMs);
  it.room.pass(15 * minuteMs);
  await it.answered(await it.leaves(ids[0]!), sentAs('m1'));
  expect(await trouble()).toBeNull();
});

it('reports it for the account even if only one reply is tried in vain', async () => {
  await using it = await scene();
  const id = await it.queues('Yes');
  for (const expected of [null, null, 'calls_refused']) {
    await it.answered(await it.leaves(id), callsRefused);
    expect((await it.account()).trouble_code).toBe(expected);
    it.room.pass(minuteMs);
  }
});

it('tells the desks of a reply that may no longer be sent, and of one that lost its sender', async () => {
  await using it = await scene();
  const expired = await it.queues('Too late');
  it.room.pass(25 * hourMs);
  const poked: string[] = [];
  const sender = createSender({
    ...it.room,
    channels: channelThat(async () => sentAs('m1')),
    openAccount: async () => ({ channel: 'instagram', nativeId: 'shop', token: 't' }),
    onCommitted: (agencyId) => void poked.push(agencyId),
  });
  sender.poke(it.agency.id);
  await expect.poll(() => it.agency.message(expired)).toMatchObject({ failure: { code: 'window_closed' } });
  await expect.poll(() => poked).toEqual([it.agency.id]);

  const orphan = await it.sends('Where am I?', await it.another('ola'));
  poked.length = 0;
  sender.poke(it.agency.id);
  await expect.poll(() => it.agency.message(orphan.messageId)).toMatchObject({ state: 'unconfirmed' });
  await expect.poll(() => poked).toContain(it.agency.id);
  await sender.close();
});

it('fails many replies that may no longer be sent without waiting between them', async () => {
  await using it = await scene();
  for (let n = 0; n < 20; n += 1) await it.queues(`Too late ${n}`);
  it.room.pass(25 * hourMs);
  const sender = createSender({
    ...it.room,
    channels: channelThat(async () => sentAs('m1')),
    openAccount: async () => null,
    onCommitted: () => undefined,
  });
  sender.poke(it.agency.id);
  // One poke is enough, and no poll comes: this sender was not started.
  await expect
    .poll(() => it.agency.rows(`select count(*) as n from messages where agency_id = :agency and state = 'failed'`))
    .toEqual([{ n: 20 }]);
  await sender.close();
});

it('makes no orphan of a call in flight, whatever the clock does', async () => {
  await using it = await scene();
  const called = Promise.withResolvers<void>();
  const call = Promise.withResolvers<SendOutcome>();
  const sender = createSender({
    ...it.room,
    channels: channelThat(() => (called.resolve(), call.promise)),
    openAccount: async () => ({ channel: 'instagram', nativeId: 'shop', token: 't' }),
    onCommitted: () => undefined,
  });
  const id = await it.queues('Yes');
  sender.poke(it.agency.id);
  await called.promise;
  const looked = it.room.clock();
  it.room.pass(20 * hourMs);
  const other = await it.queues('and', await it.another('ola'));
  sender.poke(it.agency.id);
  // The round that saw the stepped clock is over when the other reply has left.
  await expect.poll(() => it.agency.message(other)).toMatchObject({ state: 'sending' });
  expect(await it.agency.message(id)).toMatchObject({ state: 'sending' });
  call.resolve(throttled(24 * hourMs));
  await sender.close();
  expect(await it.agency.message(id)).toMatchObject({ state: 'queued', failure: { code: 'throttled' } });
  expect((await it.account()).paused_until).toBeGreaterThan(looked + 20 * hourMs + secondMs);
});
