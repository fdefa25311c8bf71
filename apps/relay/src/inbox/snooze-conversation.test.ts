import { dayMs, hourMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { openRelayRoom } from '../testing/relay-room.ts';

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
