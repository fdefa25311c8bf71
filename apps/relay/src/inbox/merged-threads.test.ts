import { dayMs, minuteMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { markSent } from '../outbound/mark-sent.ts';
import { buyer, commented, echoed, noon, wrote } from '../testing/events.ts';
import { plansOf, wholeTableSteps } from '../testing/plans.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { repliesIn, sentAs } from '../testing/replies.ts';

/** Maya asked at noon. A minute later she commented, and nobody knows yet that it was her. Every step takes a minute. */
async function openTwoThreads() {
  const room = await openRelayRoom();
  const agency = await room.addAgency({ channel: 'facebook' });
  const replies = repliesIn(room, agency);
  const direct = await agency.buyerWrites('How much?');
  room.pass(minuteMs);
  await agency.hears(commented({ commentId: 'c1', contact: null, sentAt: room.clock() }));
  room.pass(minuteMs);
  return {
    room,
    agency,
    replies,
    direct,
    repliesToComment: () => replies.repliesTo('c1', 'See your messages'),
    async presses(kind: 'handoff.resolve' | 'handoff.reopen') {
      room.pass(minuteMs);
      expect(await agency.perform(agency.agent, { kind, conversationId: direct })).toMatchObject({ ok: true });
    },
    async waits() {
      const { state, unansweredSinceAt, handoff } = await agency.conversation();
      expect(handoff === null).toBe(state !== 'needs_answer');
      return [state, unansweredSinceAt];
    },
    [Symbol.asyncDispose]: () => room[Symbol.asyncDispose](),
  };
}

it.each(['the closing is taken back', 'the reply that it believed in is taken back'])(
  'loses no question that was closed when its thread is merged with an answered one, and %s',
  async (what) => {
    await using it = await openTwoThreads();
    const attempt = await it.repliesToComment();
    const messageId = await it.replies.queues('It is 4,900.', it.direct);
    await it.presses('handoff.resolve');
    await it.replies.answered(attempt, sentAs('n1'));
    expect(await it.waits()).toEqual(['done', null]);
    if (what === 'the closing is taken back') await it.presses('handoff.reopen');
    else await it.agency.perform(it.agency.agent, { kind: 'reply.withdraw', messageId });
    expect(await it.waits()).toEqual(['needs_answer', noon]);
  },
);

it('does not count a private reply proved by an echo as an answer in the other thread', async () => {
  await using it = await openTwoThreads();
  const { messageId } = await it.repliesToComment();
  await it.agency.hears(echoed({ sentAt: it.room.clock(), text: 'See your messages', clientReference: messageId }));
  expect(await it.waits()).toEqual(['needs_answer', noon]);
});

it('does not wait again for a comment that was answered in its own thread', async () => {
  await using it = await openTwoThreads();
  await it.replies.answered(await it.repliesToComment(), sentAs('n1'));
  await it.presses('handoff.resolve');
  it.room.pass(minuteMs);
  const at = it.room.clock();
  await it.agency.hears(wrote({ sentAt: at, text: 'And in red?' }));
  expect(await it.waits()).toEqual(['needs_answer', at]);
});

it('waits for a late message that was answered in neither thread', async () => {
  await using it = await openTwoThreads();
  await it.agency.hears(echoed({ sentAt: noon + 1 }));
  await it.replies.answered(await it.repliesToComment(), sentAs('n1'));
  expect(await it.waits()).toEqual(['answered', null]);
  await it.agency.hears(wrote({ sentAt: noon + 2, text: 'Are you there?' }));
  expect(await it.waits()).toEqual(['needs_answer', noon + 2]);
});

it('can be reopened if the thread that is gone was closed', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency({ channel: 'facebook' });
  const contact = { senderId: buyer, name: null, username: null };
  await agency.hears(commented({ commentId: 'c1', contact }));
  const { id: named } = await agency.conversation();
  await agency.perform(agency.agent, { kind: 'handoff.resolve', conversationId: named });
  room.pass(minuteMs);
  await agency.hears(commented({ commentId: 'c2', contact: null, sentAt: room.clock() }));
  const replies = repliesIn(room, agency);
  await replies.answered(await replies.repliesTo('c2', 'See your messages'), sentAs('n1'));
  const { id: conversationId, state } = await agency.conversation();
  expect([conversationId === named, state]).toEqual([false, 'done']);
  await agency.perform(agency.agent, { kind: 'handoff.reopen', conversationId });
  expect(await agency.conversation()).toMatchObject({ state: 'needs_answer', unansweredSinceAt: noon });
});

it('scans no whole table when two threads are merged', async () => {
  await using it = await openTwoThreads();
  const { messageId } = await it.repliesToComment();
  const plans = await plansOf(it.room, it.agency, (_tx, work) => markSent(work, messageId, 'n1', buyer));
  expect(await it.agency.count('conversations')).toBe(1);
  expect(wholeTableSteps(plans)).toEqual([]);
});

it('hides nobody who waits because the other thread was put off', async () => {
  await using it = await openTwoThreads();
  const attempt = await it.repliesToComment();
  const threads = await it.agency.threads();
  const comment = threads.find(({ id }) => id !== it.direct)?.id ?? '';
  await it.agency.perform(it.agency.agent, { kind: 'handoff.resolve', conversationId: comment });
  const until = it.room.clock() + 5 * dayMs;
  await it.agency.perform(it.agency.agent, { kind: 'conversation.snooze', conversationId: comment, until });
  await it.replies.answered(attempt, sentAs('n1'));
  expect(await it.agency.conversation()).toMatchObject({ state: 'needs_answer', snoozedUntil: null });
});
