import { because, dayMs, hourMs, lastMomentAt, readCommandEnvelope } from '@transom/shared';
import { expect, it } from 'vitest';
import { eraseContact } from '../accounts/erase-contact.ts';
import { takeOut } from '../channels/all.ts';
import { commentChanged, commented, noon } from '../testing/events.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { repliesIn, sentAs } from '../testing/replies.ts';
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
  const audited = (await it.agency.trail()).filter(({ action }) => /snooze/.test(action));
  expect(audited).toMatchObject([
    { action: 'conversation.snoozed', detail: JSON.stringify({ until: at }) },
    { action: 'conversation.snooze_ended', detail: '{}' },
  ]);
});

it('tells every desk, once', async () => {
  await using it = await openThread();
  const at = it.room.clock() + 3 * hourMs;
  const before = (await it.agency.changes()).length;
  for (const until of [at, at, null, null]) await it.snooze(until);
  const told = (await it.agency.changes()).slice(before).map(({ body }) => JSON.parse(body ?? 'null') as unknown);
  expect(told).toMatchObject([
    { id: it.conversationId, snoozedUntil: at },
    { id: it.conversationId, snoozedUntil: null },
  ]);
});

it('is refused for somebody who was erased', async () => {
  await using it = await openThread();
  const { contact } = await it.agency.conversation();
  await eraseContact({ store: it.room.store, takeOut }, it.agency.id, contact.id, 'operator', it.room.clock());
  expect(await it.snooze(it.room.clock() + hourMs)).toMatchObject({
    refusal: { code: 'recipient_unavailable', reason: 'recipient_unavailable.erased' },
  });
});

// Nobody waited when it was snoozed, so the snooze may last past the end of the window.
it('ends when a reply is lost although the conversation was closed', async () => {
  await using it = await openThread();
  const replies = repliesIn(it.room, it.agency);
  await replies.answered(await replies.sends('It is 4,900.'), sentAs('n1'));
  const at = it.room.clock() + 5 * dayMs;
  await it.snooze(at);
  const second = await replies.sends('Shall I reserve one?');
  await it.agency.perform(it.agency.agent, { kind: 'handoff.resolve', conversationId: it.conversationId });
  expect(await it.until()).toBe(at);
  await replies.answered(second, { kind: 'refused', why: because('invalid'), platformCode: '1' });
  expect(await it.agency.conversation()).toMatchObject({ state: 'needs_answer', snoozedUntil: null });
});

it('ends when a hidden comment is shown again and waits', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency({ channel: 'facebook' });
  await agency.hears(commented({ commentId: 'c1', sentAt: noon }));
  await agency.hears(commentChanged({ commentId: 'c1', change: 'hidden', at: noon + 1 }));
  const { id: conversationId } = await agency.conversation();
  await agency.perform(agency.agent, { kind: 'conversation.snooze', conversationId, until: noon + 9 * dayMs });
  await agency.hears(commentChanged({ commentId: 'c1', change: 'shown', at: noon + 2 }));
  expect(await agency.conversation()).toMatchObject({ state: 'needs_answer', snoozedUntil: null });
});

it('takes no time that is no date: desks could not show it', () => {
  const asked = (until: number) =>
    readCommandEnvelope({ id: 'x', command: { kind: 'conversation.snooze', conversationId: 'c', until } });
  expect(asked(lastMomentAt).ok).toBe(true);
  expect(new Date(lastMomentAt).getTime()).toBe(lastMomentAt);
  expect(asked(lastMomentAt + 1)).toMatchObject({ refusal: { code: 'invalid_request' } });
});

it('is refused if the contact wrote after what its author had seen, as something pressed offline may be', async () => {
  await using it = await openThread();
  const seenMessageId = (await it.agency.conversation()).lastMessage?.id ?? '';
  const until = it.room.clock() + 10 * hourMs;
  const puts = (seen: string | undefined) =>
    it.agency.perform(it.agency.agent, {
      kind: 'conversation.snooze',
      conversationId: it.conversationId,
      until,
      seenMessageId: seen,
    });
  expect(await puts(seenMessageId)).toMatchObject({ ok: true });
  await it.snooze(null);
  it.room.pass(hourMs);
  await it.agency.buyerWrites('Hello?');
  expect(await puts(seenMessageId)).toMatchObject({ refusal: { code: 'wrote_meanwhile' } });
  expect(await it.until()).toBeNull();
  expect(await puts((await it.agency.conversation()).lastMessage?.id)).toMatchObject({ ok: true });
  expect(await it.until()).toBe(until);
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
