import { because, claimLeaseMs, dayMs, hourMs, minuteMs, secondMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { echoed } from '../testing/events.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { repliesIn, sentAs, unclear } from '../testing/replies.ts';
import { clampWaits, shiftWaits } from './waits.ts';

async function scene() {
  const room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.buyerWrites('Hi');
  const waits = async () => {
    const [row] = await agency.rows<{ message: number; account: number }>(
      `select m.next_attempt_at - :now as message, a.paused_until - :now as account
       from messages m join accounts a on a.agency_id = m.agency_id and a.id = m.account_id
       where m.agency_id = :agency and m.direction = 'outbound'`,
      { now: room.clock() },
    );
    return row!;
  };
  return { room, agency, waits, ...repliesIn(room, agency), [Symbol.asyncDispose]: () => room[Symbol.asyncDispose]() };
}
const notSent = { kind: 'not_sent', why: because('not_sent') } as const;
const throttled = { kind: 'throttled', retryAfterMs: hourMs, why: because('throttled.account') } as const;

it('sends the replies of a conversation in the order of the commands, even if the clock was set back between them', async () => {
  await using it = await scene();
  it.room.pass(20 * hourMs);
  const first = await it.sends('first');
  await it.answered(first, notSent);
  it.room.pass(-20 * hourMs);
  const second = await it.queues('second');
  // The first waits as long as the clock was ahead, and no other reply overtakes it.
  await expect(it.leaves(second)).rejects.toThrow('did not leave');
  await shiftWaits(it.agency.agency, -20 * hourMs, it.room.clock());
  it.room.pass(2_000);
  const again = await it.leaves(first.messageId);
  await expect(it.leaves(second)).rejects.toThrow('did not leave');
  await it.answered(again, sentAs('m1'));
  await it.answered(await it.leaves(second), sentAs('m2'));
});

it('sends a reply that was thought lost only after the one that is in flight', async () => {
  await using it = await scene();
  const first = await it.sends('first');
  const second = await it.queues('second');
  await it.forgets();
  const underWay = await it.leaves(second);
  await it.answered(first, notSent);
  it.room.pass(minuteMs);
  await expect(it.leaves(first.messageId)).rejects.toThrow('did not leave');
  await it.answered(underWay, sentAs('m2'));
  await it.answered(await it.leaves(first.messageId), sentAs('m1'));
});

it.each([
  ['that was not sent', notSent],
  ['of a throttled account', throttled],
  ['in doubt', unclear],
])('shifts the wait of a reply %s with the clock', async (_which, outcome) => {
  await using it = await scene();
  it.room.pass(hourMs);
  await it.answered(await it.sends('Yes'), outcome);
  const before = await it.waits();
  for (const step of [20 * hourMs, -21 * hourMs]) {
    it.room.pass(step);
    await shiftWaits(it.agency.agency, step, it.room.clock());
    const { message, account } = await it.waits();
    expect(message).toBe(before.message);
    if (outcome === throttled) expect(account).toBe(before.account);
  }
});

it('recognizes the echo of a reply that was sent before the clock was corrected', async () => {
  await using it = await scene();
  const truth = it.room.clock();
  it.room.pass(20 * hourMs);
  const attempt = await it.sends('Yes');
  await it.answered(attempt, unclear);
  it.room.pass(-20 * hourMs);
  await shiftWaits(it.agency.agency, -20 * hourMs, it.room.clock());
  await it.agency.hears(echoed({ nativeMessageId: 'e1', text: 'Yes', sentAt: truth }));
  expect(await it.agency.message(attempt.messageId)).toMatchObject({ state: 'sent', nativeMessageId: 'e1' });
});

it.each([
  ['that was not sent', notSent, 36 * minuteMs],
  ['of a throttled account', throttled, dayMs],
  ['in doubt', unclear, 90_000],
  ['parked by a dead sign-in', { kind: 'reauth', why: because('reauth_required.rejected') } as const, 0],
])(
  'after a restart with another clock, lets no reply %s wait longer than its kind ever does',
  async (_which, outcome, most) => {
    await using it = await scene();
    it.room.pass(3 * hourMs);
    await it.answered(await it.sends('Yes'), outcome);
    const honest = await it.waits();
    await clampWaits(it.agency.agency, it.room.clock());
    expect(await it.waits()).toEqual(honest);
    it.room.pass(-40 * hourMs);
    await clampWaits(it.agency.agency, it.room.clock());
    const { message, account } = await it.waits();
    expect(message).toBeLessThanOrEqual(most);
    expect(account).toBeLessThanOrEqual(dayMs);
  },
);

it.each([
  [
    'moves with the clock',
    (it: Awaited<ReturnType<typeof scene>>) => shiftWaits(it.agency.agency, -20 * hourMs, it.room.clock()),
  ],
  [
    'is cut to a full lease at a start',
    (it: Awaited<ReturnType<typeof scene>>) => clampWaits(it.agency.agency, it.room.clock()),
  ],
])('does not let a claim keep others out because the clock was ahead: it %s', async (_how, putRight) => {
  await using it = await scene();
  const { id: conversationId } = await it.agency.conversation();
  it.room.pass(20 * hourMs);
  await it.agency.perform(it.agency.owner, { kind: 'handoff.claim', conversationId });
  it.room.pass(-20 * hourMs);
  await putRight(it);
  expect((await it.agency.conversation()).handoff?.claimedUntil).toBe(it.room.clock() + claimLeaseMs);
  const [told] = (await it.agency.changes()).toReversed();
  expect(told).toMatchObject({ entity: 'conversation', entity_id: conversationId });
  it.room.pass(claimLeaseMs);
  await it.queues('Yes', conversationId);
});

it('waits for an answer to a message written after the clock was corrected, even if the last answer is dated ahead', async () => {
  await using it = await scene();
  it.room.pass(20 * hourMs);
  await it.answered(await it.sends('Yes'), sentAs('m1'));
  it.room.pass(-20 * hourMs);
  await shiftWaits(it.agency.agency, -20 * hourMs, it.room.clock());
  it.room.pass(minuteMs);
  const asksAt = it.room.clock();
  await it.agency.buyerWrites('And is delivery free?');
  expect(await it.agency.conversation()).toMatchObject({
    ...{ state: 'needs_answer', unansweredSinceAt: asksAt },
    handoff: { state: 'open' },
  });
  // An answer that was given before they asked does not end that.
  await it.agency.hears(echoed({ text: 'Just a moment', sentAt: asksAt - 1 }));
  expect(await it.agency.conversation()).toMatchObject({ state: 'needs_answer', unansweredSinceAt: asksAt });
  it.room.pass(minuteMs);
  await it.agency.hears(echoed({ text: 'It is.', sentAt: it.room.clock() }));
  expect(await it.agency.conversation()).toMatchObject({ state: 'answered', unansweredSinceAt: null });
});

it('waits for an answer to a message written soon after a reply, even if the clock here is ahead', async () => {
  await using it = await scene();
  const aheadMs = 5 * minuteMs;
  it.room.pass(aheadMs);
  const attempt = await it.sends('Yes');
  // It came before Meta's answer to the reply, whose author had not read it.
  it.room.pass(secondMs);
  const asksAt = it.room.clock() - aheadMs;
  await it.agency.buyerWrites('And is delivery free?', { sentAt: asksAt });
  await it.answered(attempt, sentAs('m1'));
  expect(await it.agency.conversation()).toMatchObject({ state: 'needs_answer', unansweredSinceAt: asksAt });
  await it.answered(await it.sends('It is.'), sentAs('m2'));
  expect(await it.agency.conversation()).toMatchObject({ state: 'answered', unansweredSinceAt: null });
  it.room.pass(minuteMs);
  await it.agency.buyerWrites('Thanks! And when?', { sentAt: it.room.clock() - aheadMs });
  expect(await it.agency.conversation()).toMatchObject({ state: 'needs_answer', handoff: { state: 'open' } });
});
