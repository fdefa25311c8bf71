import { join } from 'node:path';
import { because, minuteMs, type Reason, secondMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { addAccount } from '../accounts/add-account.ts';
import { disconnectAccount } from '../accounts/disconnect-account.ts';
import { inWork } from '../ledger/agency-work.ts';
import { wrote } from '../testing/events.ts';
import { openOutboundRoom } from '../testing/outbound-room.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { channelThat, repliesIn, sentAs } from '../testing/replies.ts';
import { ensureMasterKey } from '../vault/master-key.ts';
import { Vault } from '../vault/vault.ts';
import { startAttempts } from './attempts.ts';
import type { SendOutcome } from './channel-port.ts';
import { clampWaits } from './waits.ts';

const throttledFor = (retryAfterMs: number): SendOutcome => ({
  kind: 'throttled',
  retryAfterMs,
  why: because('throttled.account'),
});
const notSent: SendOutcome = { kind: 'not_sent', why: because('not_sent.unreachable', { error: 'ENETDOWN' }) };

/** Several contacts wait for their replies; the first one is tried. */
async function openQueue(replyCount = 3) {
  const room = await openRelayRoom();
  const agency = await room.addAgency();
  const replies = repliesIn(room, agency);
  await agency.hears(
    ...Array.from({ length: replyCount }, (_, n) =>
      wrote({ contact: { senderId: `${n}`, name: null, username: null } }),
    ),
  );
  const waiting: string[] = [];
  for (const { id } of await agency.threads()) {
    waiting.push(await replies.queues('Yes', id));
    room.pass(1);
  }
  const [first = '', ...others] = waiting;
  /** What desks were last told about this reply. */
  const told = async (messageId: string) =>
    JSON.parse((await agency.changes()).findLast(({ entity_id }) => entity_id === messageId)?.body ?? 'null') as {
      state: string;
      waitsUntil: number | null;
      failure: Reason | null;
    };
  /** The first ones leave, and Meta answers each. */
  const answers = async (...outcomes: SendOutcome[]) => {
    const attempts = await startAttempts(agency.agency, room.clock(), outcomes.length);
    expect(attempts.map(({ messageId }) => messageId)).toEqual(waiting.slice(0, outcomes.length));
    for (const [n, attempt] of attempts.entries()) await replies.answered(attempt, outcomes[n]!);
  };
  return { room, agency, replies, first, others, told, answers, [Symbol.asyncDispose]: room[Symbol.asyncDispose] };
}

type Queue = Awaited<ReturnType<typeof openQueue>>;
const disconnects = ({ agency, room }: Queue) =>
  inWork(agency.agency, room.clock, async (work) => {
    await disconnectAccount(work, agency.account.id, 'operator');
  });
/** A person signs in again, and Meta says that it is the same account. */
async function connects({ agency, room }: Queue) {
  ensureMasterKey(join(room.folder, 'master.key'));
  const vault = new Vault(join(room.folder, 'master.key'));
  await room.store.write((tx) =>
    tx.run(`update agencies set data_key = :dataKey`, { dataKey: vault.newDataKey(agency.id) }),
  );
  const identity = { nativeId: agency.nativeId, name: 'Nordic Saunas', username: null, appScopedId: 'p' };
  const channels = { ...channelThat(async () => sentAs('n')), identify: async () => ({ ok: true, identity }) as const };
  const added = await addAccount(
    { store: room.store, vault, channels, clock: room.clock },
    { agencyId: agency.id, channel: 'instagram', token: 'fresh', tokenExpiresAt: null, by: 'operator' },
  );
  expect(added).toMatchObject({ ok: true, accountId: agency.account.id });
}

it.each<[string, SendOutcome, number]>([
  ['throttled', throttledFor(5 * minuteMs), 5 * minuteMs],
  ['calls_refused', { kind: 'calls_refused', why: because('calls_refused.this') }, minuteMs],
])('tells every reply of the account why it waits and until when: %s', async (code, outcome, forMs) => {
  await using it = await openQueue();
  expect(await it.told(it.others[0]!)).toMatchObject({ state: 'queued', waitsUntil: null, failure: null });
  await it.answers(outcome);
  const waitsUntil = it.room.clock() + forMs;
  for (const id of [it.first, ...it.others]) {
    expect(await it.told(id)).toMatchObject({ state: 'queued', waitsUntil, failure: { code } });
    expect(await it.agency.message(id)).toMatchObject({ waitsUntil, failure: { code } });
  }
  const { conversationId } = (await it.agency.message(it.others[0]!))!;
  const later = await it.replies.queues('One more', conversationId);
  expect(await it.told(later)).toMatchObject({ waitsUntil, failure: { code } });

  it.room.pass(forMs);
  const attempt = await it.replies.leaves(it.others[0]!);
  await it.replies.answered(attempt, sentAs('n1'));
  expect(await it.told(it.others[0]!)).toMatchObject({ state: 'sent', waitsUntil: null, failure: null });
});

it('says that the account must be connected again, even for replies that were tried before', async () => {
  await using it = await openQueue();
  const [second = '', third = ''] = it.others;
  const [one, two] = await startAttempts(it.agency.agency, it.room.clock(), 2);
  await it.replies.answered(two!, notSent);
  await it.replies.answered(one!, { kind: 'reauth', why: because('reauth_required.rejected') });
  for (const id of [second, third]) expect(await it.told(id)).toMatchObject({ failure: { code: 'reauth_required' } });
  const { conversationId } = (await it.agency.message(third))!;
  const later = await it.replies.queues('One more', conversationId);
  expect(await it.told(later)).toMatchObject({ failure: { code: 'reauth_required' } });
});

it('says that the account was disconnected', async () => {
  await using it = await openQueue();
  await disconnects(it);
  for (const id of [it.first, ...it.others])
    expect(await it.told(id)).toMatchObject({ state: 'queued', failure: { code: 'account_disconnected' } });
});

it('no longer says that the account must be connected, or was disconnected, once it is connected again', async () => {
  for (const [trouble, pausedFor, failure] of [
    ['reauth', 0, null],
    ['disconnected', 0, null],
    ['reauth', 5 * minuteMs, { code: 'throttled' }],
  ] as const) {
    await using it = await openQueue();
    const [one, two] = await startAttempts(it.agency.agency, it.room.clock(), 2);
    await it.replies.answered(two!, pausedFor > 0 ? throttledFor(pausedFor) : notSent);
    if (trouble === 'reauth')
      await it.replies.answered(one!, { kind: 'reauth', why: because('reauth_required.rejected') });
    else {
      await it.replies.answered(one!, notSent);
      await disconnects(it);
    }
    const code = trouble === 'reauth' ? 'reauth_required' : 'account_disconnected';
    for (const id of [it.first, ...it.others]) expect(await it.told(id)).toMatchObject({ failure: { code } });
    await connects(it);
    for (const id of [it.first, ...it.others]) {
      expect((await it.told(id)).failure).toEqual(failure === null ? null : expect.objectContaining(failure));
      expect((await it.agency.message(id))!.failure?.code).toBe(failure?.code);
    }
  }
});

it('does not give a dead token as the reason if the account has got a new one since', async () => {
  await using it = await openQueue();
  const [one] = await startAttempts(it.agency.agency, it.room.clock(), 1);
  await connects(it);
  await it.replies.answered(one!, { kind: 'reauth', why: because('reauth_required.rejected') });
  expect(await it.told(it.first)).toMatchObject({ state: 'queued', failure: null });
  const [again] = await startAttempts(it.agency.agency, it.room.clock(), 1);
  await disconnects(it);
  await it.replies.answered(again!, { kind: 'reauth', why: because('reauth_required.rejected') });
  expect(await it.told(it.first)).toMatchObject({ failure: { code: 'account_disconnected' } });
});

it('keeps the reason of a reply that was tried, and tells when it will be tried', async () => {
  await using it = await openQueue();
  const [second = ''] = it.others;
  const [one, two] = await startAttempts(it.agency.agency, it.room.clock(), 2);
  await it.replies.answered(two!, notSent);
  const { waitsUntil, ...own } = await it.told(second);
  expect([own.failure, waitsUntil]).toEqual([
    because('not_sent.unreachable', { error: 'ENETDOWN' }),
    expect.any(Number),
  ]);
  await it.replies.answered(one!, throttledFor(5 * minuteMs));
  expect(await it.told(second)).toMatchObject({ failure: own.failure, waitsUntil: it.room.clock() + 5 * minuteMs });
});

it('tells desks of a pause once, and of a longer one again', async () => {
  await using it = await openQueue(5);
  const attempts = await startAttempts(it.agency.agency, it.room.clock(), 4);
  const waits = it.others.at(-1)!;
  const times = async () => (await it.agency.changes()).filter(({ entity_id }) => entity_id === waits).length;
  const before = await times();
  const more: number[] = [];
  for (const [n, forMs] of [minuteMs, minuteMs + secondMs, secondMs, 10 * minuteMs].entries()) {
    await it.replies.answered(attempts[n]!, throttledFor(forMs));
    more.push((await times()) - before);
  }
  expect(more).toEqual([1, 1, 1, 2]);
});

it('updates two hundred replies and no more', async () => {
  await using it = await openQueue(205);
  const before = await it.agency.count('changes');
  await it.answers({ kind: 'reauth', why: because('reauth_required.rejected') });
  const written = (await it.agency.count('changes'))! - before!;
  // Also: the account, and the reply that was tried and its conversation, twice each.
  expect(written).toBeLessThanOrEqual(200 + 5);
  expect(written).toBeGreaterThan(190);
});

it('does not hold up a reply that was only told to wait when the clock turns out to have been ahead', async () => {
  await using it = await openQueue();
  await it.answers(throttledFor(minuteMs));
  const hour = 60 * minuteMs;
  await clampWaits(it.agency.agency, it.room.clock() - hour);
  const [row] = await it.agency.rows<{ at: number }>(
    `select next_attempt_at as at from messages where agency_id = :agency and id = :id`,
    { id: it.others[0]! },
  );
  expect(row?.at).toBe(it.room.clock() - hour);
});

it('is sent after the pause, all the way to Meta and back', async () => {
  await using room = await openOutboundRoom();
  const [maya, ola] = [await room.buyer('Maya'), await room.buyer('Ola')];
  await room.client.fault({ kind: 'graph_throttled', times: 1, regainAccessMinutes: 5 });
  const first = await room.sends(maya, 'one');
  await room.becomes(first, { state: 'queued', failure: { code: 'throttled' } });
  const second = await room.sends(ola, 'two');
  await room.becomes(second, { failure: { code: 'throttled' }, waitsUntil: expect.any(Number) });
  await room.pass(5 * minuteMs);
  await room.becomes(second, { state: 'sent', failure: null, waitsUntil: null });
});
