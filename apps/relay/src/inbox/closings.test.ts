import { dayMs, minuteMs, secondMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { commented, echoed, noon } from '../testing/events.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { repliesIn, sentAs, unclear } from '../testing/replies.ts';
import { type Inquiry, openInquiry } from './testing/inquiry.ts';

it.each<[string, (it: Inquiry) => Promise<unknown>]>([
  [
    'a reply that was in flight arrives',
    async (it) => {
      const attempt = await it.replies.sends('It is 4,900.');
      await it.writes('Thanks!');
      await it.closes();
      await it.replies.answered(attempt, sentAs('n1'));
    },
  ],
  [
    'news of an answer from a phone comes late',
    async (it) => {
      await it.writes('Thanks!');
      await it.closes();
      await it.agency.hears(echoed({ sentAt: noon + secondMs }));
    },
  ],
])('does not wait in secret once closed, even if %s', async (_what, action) => {
  await using it = await openInquiry();
  await action(it);
  expect(await it.waits()).toEqual(['done', null]);
  const at = await it.writes('And in red?', 5 * dayMs);
  expect(await it.waits()).toEqual(['needs_answer', at]);
});

it.each<[string, (it: Inquiry) => Promise<unknown>]>([
  [
    'a reply from before is sent',
    async (it) => {
      const messageId = await it.queues('It is 4,900.');
      await it.writes('Thanks!');
      await it.closes();
      const at = await it.writes('And in red?', dayMs / 2);
      await it.replies.answered(await it.replies.leaves(messageId), sentAs('n1'));
      return at;
    },
  ],
  [
    'we learn of an older answer',
    async (it) => {
      await it.writes('Thanks!');
      await it.closes();
      const at = await it.writes('And in red?', 5 * dayMs);
      await it.agency.hears(echoed({ sentAt: noon + secondMs }));
      return at;
    },
  ],
  [
    'a comment older than what was closed comes late and is hidden',
    async (it) => {
      await it.writes('Thanks!');
      await it.closes();
      await it.agency.hears(commented({ commentId: 'c1', sentAt: noon - minuteMs }));
      expect(await it.waits()).toEqual(['needs_answer', noon - minuteMs]);
      const at = await it.writes('And in red?', 5 * dayMs);
      await it.changes('c1', 'hidden');
      return at;
    },
  ],
  [
    'a comment that was hidden at the closing is shown',
    async (it) => {
      await it.comments('c1');
      await it.changes('c1', 'hidden');
      await it.closes();
      const at = await it.writes('And in red?', 5 * dayMs);
      await it.changes('c1', 'shown');
      return at;
    },
  ],
])('does not wait again for what was closed when %s', async (_what, action) => {
  await using it = await openInquiry();
  const at = await action(it);
  expect(await it.waits()).toEqual(['needs_answer', at]);
});

it.each(['removed', 'hidden'] as const)(
  'is as before when a closing that settled nothing is taken back: the last comment was %s',
  async (change) => {
    await using it = await openInquiry();
    await it.closes();
    await it.comments('c1');
    await it.changes('c1', change);
    expect(await it.waits()).toEqual(['answered', null]);
    await it.closes();
    await it.reopens();
    expect(await it.waits()).toEqual(['answered', null]);
    if (change === 'removed') return;
    await it.changes('c1', 'shown');
    expect(await it.waits()).toEqual(['needs_answer', noon + 2 * minuteMs]);
  },
);

it('waits for a comment that was shown while closed, once the closing is taken back', async () => {
  await using it = await openInquiry();
  await it.closes();
  const at = await it.comments('c1');
  await it.changes('c1', 'hidden');
  await it.closes();
  await it.changes('c1', 'shown');
  expect(await it.waits()).toEqual(['done', null]);
  await it.reopens();
  expect(await it.waits()).toEqual(['needs_answer', at]);
});

it('waits as before even if it was closed twice', async () => {
  await using it = await openInquiry();
  await it.closes();
  const before = [await it.agency.count('changes'), await it.agency.count('events')];
  await it.closes();
  expect([await it.agency.count('changes'), await it.agency.count('events')]).toEqual(before);
  await it.reopens();
  expect(await it.waits()).toEqual(['needs_answer', noon]);
});

it('does not undo a closing when a reply asked for after it fails or is taken back', async () => {
  await using it = await openInquiry();
  await it.closes();
  const takenBack = await it.queues('By the way');
  await it.agency.perform(it.agency.agent, { kind: 'reply.withdraw', messageId: takenBack });
  expect(await it.waits()).toEqual(['done', null]);
  await it.fails(await it.queues('By the way'));
  const waits = ['needs_answer', it.room.clock()];
  expect(await it.waits()).toEqual(waits);
  await it.closes();
  await it.reopens();
  expect(await it.waits()).toEqual(waits);
});

it('still waits for a failed reply when an answered comment is hidden', async () => {
  await using it = await openInquiry();
  await it.comments('c1');
  await it.agency.hears(echoed({ sentAt: it.room.clock() }));
  const messageId = await it.queues('By the way');
  const askedAt = it.room.clock();
  await it.closes();
  await it.fails(messageId);
  await it.changes('c1', 'hidden');
  expect(await it.waits()).toEqual(['needs_answer', askedAt]);
});

it('waits for a failed reply until a later answer, whatever we learn of earlier ones', async () => {
  await using it = await openInquiry();
  const { agency, replies } = it;
  const inDoubt: string[] = [];
  for (const text of ['One', 'Two']) {
    const attempt = await replies.leaves(await it.queues(text));
    await replies.answered(attempt, unclear);
    inDoubt.push(attempt.messageId);
  }
  const messageId = await it.queues('Three');
  const askedAt = it.room.clock();
  await it.closes();
  await it.fails(messageId);
  expect(await it.waits()).toEqual(['needs_answer', noon]);
  await replies.confirms(inDoubt[0]!, true);
  expect(await it.waits()).toEqual(['needs_answer', askedAt]);
  await it.closes();
  await replies.confirms(inDoubt[1]!, true);
  expect(await it.waits()).toEqual(['done', null]);
  await it.reopens();
  expect(await it.waits()).toEqual(['needs_answer', askedAt]);
  await agency.hears(echoed({ sentAt: it.room.clock() }));
  expect(await it.waits()).toEqual(['answered', null]);
});

it('does not wait again for a reply that failed before an earlier closing', async () => {
  await using it = await openInquiry();
  const failsOnceClosed = async () => {
    await it.closes();
    await it.fails(await it.queues('By the way'));
    return ['needs_answer', it.room.clock()];
  };
  await failsOnceClosed();
  const again = await failsOnceClosed();
  expect(await it.waits()).toEqual(again);
  await it.closes();
  const at = await it.writes('And in red?');
  await it.comments('c1');
  await it.changes('c1', 'hidden');
  expect(await it.waits()).toEqual(['needs_answer', at]);
});

it('waits since the first of two failed replies', async () => {
  await using it = await openInquiry();
  await it.agency.hears(echoed({ sentAt: it.room.clock() }));
  const first = await it.queues('One');
  const waits = ['needs_answer', it.room.clock()];
  const second = await it.queues('Two');
  for (const messageId of [first, second]) {
    await it.closes();
    await it.fails(messageId);
    expect(await it.waits()).toEqual(waits);
  }
});

it('does not lose a question when the thread joins one in which a later comment was answered', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency({ channel: 'facebook' });
  const conversationId = await agency.buyerWrites('How much?');
  room.pass(minuteMs);
  await agency.hears(commented({ commentId: 'c1', contact: null, sentAt: room.clock() }));
  const replies = repliesIn(room, agency);
  await replies.answered(await replies.repliesTo('c1', 'See your messages'), sentAs('n1'));
  const waits = { state: 'needs_answer', unansweredSinceAt: noon };
  expect(await agency.conversation()).toMatchObject(waits);
  for (const kind of ['handoff.resolve', 'handoff.reopen'] as const)
    await agency.perform(agency.agent, { kind, conversationId });
  expect(await agency.conversation()).toMatchObject(waits);
});
