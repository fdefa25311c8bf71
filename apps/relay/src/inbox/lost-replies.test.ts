import { because, hourMs, minuteMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { dueLooks, look } from '../outbound/reconcile.ts';
import { clampWaits } from '../outbound/waits.ts';
import { commented, echoed, noon, wrote } from '../testing/events.ts';
import { channelThat, sentAs, unclear } from '../testing/replies.ts';
import { type Inquiry, openInquiry } from './testing/inquiry.ts';

const refused = { kind: 'refused', why: because('invalid'), platformCode: '1' } as const;

/** Asks for replies a minute apart; returns their ids, and when the last was asked for. */
async function asksFor(it: Inquiry, ...texts: string[]) {
  const ids: string[] = [];
  for (const text of texts) ids.push(await it.queues(text));
  return { ids, askedAt: it.room.clock() };
}
const leavesAndIs = async (it: Inquiry, id: string, outcome: typeof refused | typeof unclear) =>
  it.replies.answered(await it.replies.leaves(id), outcome);
/** Asks for a reply while the clock is two hours ahead, then corrects the clock. */
async function asksByClockAhead(it: Inquiry): Promise<string> {
  it.room.pass(2 * hourMs);
  const id = await it.replies.queues('By a clock that is ahead');
  it.room.pass(-2 * hourMs);
  await clampWaits(it.agency.agency, it.room.clock());
  return id;
}
const takesBack = (it: Inquiry, messageId: string) =>
  it.agency.perform(it.agency.agent, { kind: 'reply.withdraw', messageId });

it('still waits for the second failed reply when an echo proves that the first one arrived', async () => {
  await using it = await openInquiry();
  const { ids, askedAt } = await asksFor(it, 'One', 'Two');
  for (const id of ids) {
    await it.closes();
    await leavesAndIs(it, id, refused);
  }
  expect(await it.waits()).toEqual(['needs_answer', noon]);
  await it.agency.hears(echoed({ sentAt: it.room.clock() - minuteMs, text: 'One' }));
  expect(await it.agency.message(ids[0]!)).toMatchObject({ state: 'sent' });
  expect(await it.waits()).toEqual(['needs_answer', askedAt]);
});

it('still waits for the last failed reply when a person says that one in between arrived', async () => {
  await using it = await openInquiry();
  const { ids, askedAt } = await asksFor(it, 'One', 'Two', 'Three');
  await it.closes();
  await leavesAndIs(it, ids[0]!, refused);
  await leavesAndIs(it, ids[1]!, unclear);
  await it.closes();
  await leavesAndIs(it, ids[2]!, refused);
  await it.replies.confirms(ids[1]!, true);
  expect(await it.waits()).toEqual(['needs_answer', askedAt]);
});

it('waits for a failed reply until an answer that was given later, whatever we learn of earlier ones', async () => {
  await using it = await openInquiry();
  it.room.pass(hourMs);
  await it.replies.answered(await it.replies.sends('One'), sentAs('n1'));
  const { ids, askedAt } = await asksFor(it, 'Two');
  await it.closes();
  await leavesAndIs(it, ids[0]!, refused);
  await it.agency.hears(echoed({ sentAt: noon + minuteMs, text: 'From a phone' }));
  expect(await it.waits()).toEqual(['needs_answer', askedAt]);
  await it.agency.hears(echoed({ sentAt: it.room.clock(), text: 'From a phone, later' }));
  expect(await it.waits()).toEqual(['answered', null]);
});

it('does not wait for earlier failed replies once another closing stands for good', async () => {
  await using it = await openInquiry();
  const { ids } = await asksFor(it, 'One', 'Two');
  for (const id of ids) {
    await it.closes();
    await leavesAndIs(it, id, refused);
  }
  await it.closes();
  const at = await it.writes('And in red?');
  expect(await it.waits()).toEqual(['needs_answer', at]);
});

it.each<[string, (it: Inquiry, id: string) => Promise<unknown>]>([
  ['is taken back', takesBack],
  ['fails', (it, id) => leavesAndIs(it, id, refused)],
])('waits as before when a reply that was asked for while the clock was ahead %s', async (_what, action) => {
  await using it = await openInquiry();
  const id = await asksByClockAhead(it);
  await it.closes();
  expect(await it.waits()).toEqual(['done', null]);
  await action(it, id);
  expect(await it.waits()).toEqual(['needs_answer', noon]);
});

it('never waits since a time in the future', async () => {
  await using it = await openInquiry();
  await it.agency.hears(echoed({ sentAt: it.room.clock() }));
  const id = await asksByClockAhead(it);
  await it.closes();
  await leavesAndIs(it, id, refused);
  expect(await it.waits()).toEqual(['needs_answer', it.room.clock()]);
});

it('still waits for what came after a reply that was asked for while the clock was ahead', async () => {
  await using it = await openInquiry();
  const id = await asksByClockAhead(it);
  const at = await it.writes('And in red?');
  it.room.pass(3 * hourMs);
  await it.replies.answered(await it.replies.leaves(id), sentAs('n1'));
  expect(await it.waits()).toEqual(['needs_answer', at]);
});

it.each<[string, (it: Inquiry, id: string) => Promise<unknown>]>([
  ['taken back', takesBack],
  ['lost', (it, id) => leavesAndIs(it, id, refused)],
])(
  'waits for what was closed because of a reply that is %s, even if it was reopened since then',
  async (_what, action) => {
    await using it = await openInquiry();
    const id = await it.queues('It is 4,900.');
    await it.closes();
    await it.agency.hears(commented({ commentId: 'c1', sentAt: it.room.clock() }));
    await it.changes('c1', 'removed');
    expect(await it.waits()).toEqual(['answered', null]);
    await action(it, id);
    expect(await it.waits()).toEqual(['needs_answer', noon]);
  },
);

it('does not wait for a failed reply once it proves to have arrived, or is answered while closed', async () => {
  await using it = await openInquiry();
  const { ids } = await asksFor(it, 'One');
  await it.closes();
  await leavesAndIs(it, ids[0]!, refused);
  await it.closes();
  await it.agency.hears(echoed({ sentAt: it.room.clock() - minuteMs, text: 'One' }));
  await it.reopens();
  expect(await it.waits()).toEqual(['answered', null]);
  await it.agency.hears(wrote({ sentAt: noon - minuteMs }));
  expect(await it.waits()).toEqual(['answered', null]);
});

it('stops waiting for a reply in doubt once it is taken back', async () => {
  await using it = await openInquiry();
  const { agency, room, replies } = it;
  await agency.hears(echoed({ sentAt: room.clock() }));
  const id = await it.queues('One more thing');
  const askedAt = room.clock();
  const attempt = await replies.leaves(id);
  await replies.answered(attempt, unclear);
  await it.closes();
  const channels = channelThat(async () => unclear);
  for (let looks = 0; looks < 2; looks += 1) {
    room.pass(2 * minuteMs);
    const [due] = await agency.agency.read((tx) => dueLooks(tx, room.clock()));
    const deps = { channels, clock: room.clock, aheadOfMeta: () => null };
    await look(agency.agency, deps, { channel: 'instagram', nativeId: agency.nativeId, token: 'token' }, due!);
  }
  expect(await it.waits()).toEqual(['needs_answer', askedAt]);
  await replies.answered(attempt, { kind: 'not_sent', why: because('not_sent') });
  await takesBack(it, id);
  expect(await it.waits()).toEqual(['answered', null]);
});
