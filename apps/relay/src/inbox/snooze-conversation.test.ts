import { dayMs, hourMs, lastMomentAt, readCommandEnvelope } from '@transom/shared';
import { expect, it } from 'vitest';
import { openRelayRoom } from '../testing/relay-room.ts';
import { openInquiry } from './testing/inquiry.ts';

async function openThread() {
  const room = await openRelayRoom();
  const agency = await room.addAgency();
  const conversationId = await agency.buyerWrites('How much?');
  const snooze = (until: number | null, who = agency.agent) =>
    agency.perform(who, { kind: 'conversation.snooze', conversationId, until });
  const until = async () => (await agency.conversation()).snoozedUntil ?? null;
  return { room, agency, conversationId, snooze, until, [Symbol.asyncDispose]: room[Symbol.asyncDispose] };
}

it('puts a conversation off, and takes that back, and audits each once', async () => {
  await using it = await openThread();
  const at = it.room.clock() + 3 * hourMs;
  for (let n = 0; n < 2; n += 1) expect(await it.snooze(at)).toMatchObject({ ok: true });
  expect(await it.until()).toBe(at);
  for (let n = 0; n < 2; n += 1) expect(await it.snooze(null)).toMatchObject({ ok: true });
  expect(await it.until()).toBeNull();
  const actions = (await it.agency.trail()).map(({ action }) => action).filter((action) => /snooze/.test(action));
  expect(actions).toEqual(['conversation.snoozed', 'conversation.snooze_ended']);
});

it('ends when the contact writes', async () => {
  await using it = await openThread();
  await it.snooze(it.room.clock() + 3 * hourMs);
  it.room.pass(hourMs);
  await it.agency.buyerWrites('Are you there?');
  expect(await it.until()).toBeNull();
});

it('ends at the mark four hours before the window closes, and is refused after it', async () => {
  await using it = await openThread();
  const mark = it.room.clock() + 20 * hourMs;
  await it.snooze(it.room.clock() + 3 * dayMs);
  expect(await it.until()).toBe(mark);
  it.room.pass(20 * hourMs);
  expect(await it.snooze(it.room.clock() + hourMs)).toMatchObject({
    ok: false,
    refusal: { code: 'window_closed', reason: 'window_closed.too_soon' },
  });
  expect(await it.until()).toBe(mark);
});

it('does nothing if its time passed before it arrives, and is refused to viewers and while others hold the claim', async () => {
  await using it = await openThread();
  expect(await it.snooze(it.room.clock())).toMatchObject({ ok: true });
  expect(await it.until()).toBeNull();
  expect(await it.snooze(it.room.clock() + hourMs, it.agency.viewer)).toMatchObject({ refusal: { code: 'forbidden' } });
  await it.agency.perform(it.agency.owner, { kind: 'handoff.claim', conversationId: it.conversationId });
  expect(await it.snooze(it.room.clock() + hourMs)).toMatchObject({ refusal: { code: 'claimed_by_other' } });
  expect(
    await it.agency.perform(it.agency.agent, { kind: 'conversation.snooze', conversationId: 'none', until: null }),
  ).toMatchObject({ refusal: { code: 'not_found' } });
});

it.each(['reopened', 'closed in the belief in a reply that then failed', 'closed, and the reply taken back'])(
  'ends when a conversation that was put off while nobody waited waits again: %s',
  async (what) => {
    await using it = await openInquiry();
    const messageId = what === 'reopened' ? '' : await it.queues('It is 4,900.');
    await it.closes();
    const { id: conversationId } = await it.agency.conversation();
    const until = it.room.clock() + 5 * dayMs;
    await it.agency.perform(it.agency.agent, { kind: 'conversation.snooze', conversationId, until });
    expect(await it.agency.conversation()).toMatchObject({ snoozedUntil: until });
    if (what === 'reopened') await it.reopens();
    else if (what.endsWith('failed')) await it.fails(messageId);
    else await it.agency.perform(it.agency.agent, { kind: 'reply.withdraw', messageId });
    expect(await it.agency.conversation()).toMatchObject({ state: 'needs_answer', snoozedUntil: null });
  },
);

it('takes no time that no calendar can show', () => {
  const read = (until: number) =>
    readCommandEnvelope({ id: 'c', command: { kind: 'conversation.snooze', conversationId: 'c', until } }).ok;
  expect([lastMomentAt, lastMomentAt + 1, Number.NaN, 2 ** 53].map(read)).toEqual([true, false, false, false]);
});
