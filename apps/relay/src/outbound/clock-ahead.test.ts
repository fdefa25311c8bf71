import { hourMs, minuteMs, secondMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { echoed } from '../testing/events.ts';
import { openOutboundRoom } from '../testing/outbound-room.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { channelThat, repliesIn, unclear } from '../testing/replies.ts';
import { startAttempts } from './attempts.ts';
import type { SentMessage } from './channel-port.ts';
import { dueLooks, look } from './reconcile.ts';
import { clampWaits, shiftWaits } from './waits.ts';

const twentyHoursMs = 20 * hourMs;
const account = { channel: 'instagram', nativeId: 'shop', token: 't' } as const;

/** A relay whose clock is ahead of Meta's by `aheadMs`; each step is told how much of that the relay knows. */
async function scene(aheadMs: number) {
  const room = await openRelayRoom();
  const agency = await room.addAgency();
  room.pass(aheadMs);
  await agency.buyerWrites('Can you come on Friday?', { sentAt: room.clock() - aheadMs - secondMs });
  room.pass(5 * minuteMs);
  const replies = repliesIn(room, agency);
  return {
    room,
    agency,
    ...replies,
    metaNow: () => room.clock() - aheadMs,
    async begins(text: string, knownAheadMs: number | null): Promise<string> {
      const id = await replies.queues(text);
      await startAttempts(agency.agency, room.clock(), 100, { aheadMs: knownAheadMs });
      return id;
    },
    /** The relay was killed while it was sending; this much later it starts again, with its clock corrected meanwhile. */
    async restartsAfter(laterMs: number): Promise<void> {
      room.pass(laterMs - aheadMs);
      await clampWaits(agency.agency, room.clock());
      await replies.forgets();
    },
    /** Reads back twice, as the sender does. */
    async looks(written: readonly SentMessage[], knownAheadMs: number | null = 0): Promise<void> {
      for (const waitMs of [30 * secondMs, 90 * secondMs]) {
        room.pass(waitMs);
        const channels = channelThat(
          async () => unclear,
          async () => written,
        );
        const deps = { channels, clock: room.clock, aheadOfMeta: () => knownAheadMs };
        const due = await agency.agency.read((tx) => dueLooks(tx, room.clock()));
        for (const message of due) await look(agency.agency, deps, account, message);
      }
    },
    [Symbol.asyncDispose]: () => room[Symbol.asyncDispose](),
  };
}
const proved = { state: 'sent', nativeMessageId: 'm1', failure: null };
const open = { state: 'unconfirmed', nativeMessageId: null };

const restarts = [
  ['by 20 hours, judging by the buyer’s last message', twentyHoursMs, null, 10 * minuteMs],
  ['by 20 hours, known from Meta', twentyHoursMs, twentyHoursMs - secondMs, 10 * minuteMs],
  ['by less than its downtime, known from Meta', 5 * minuteMs, 5 * minuteMs - secondMs, hourMs],
] as const;

it.each(restarts)(
  'finds a reply that was in flight when the relay was killed, while its clock was ahead %s',
  async (...about) => {
    const [, aheadMs, knownAheadMs, laterMs] = about;
    await using it = await scene(aheadMs);
    const lost = await it.begins('Yes', knownAheadMs);
    const sentAt = it.metaNow() + secondMs;
    await it.restartsAfter(laterMs);
    await it.looks([{ nativeMessageId: 'm1', text: 'Yes', sentAt }]);
    expect(await it.agency.message(lost)).toMatchObject(proved);
  },
);

it.each(restarts)('recognizes its echo, too, while its clock was ahead %s', async (...about) => {
  const [, aheadMs, knownAheadMs, laterMs] = about;
  await using it = await scene(aheadMs);
  const lost = await it.begins('Yes', knownAheadMs);
  const sentAt = it.metaNow() + secondMs;
  await it.restartsAfter(laterMs);
  await it.agency.hears(echoed({ nativeMessageId: 'm1', text: 'Yes', sentAt }));
  expect(await it.agency.message(lost)).toMatchObject(proved);
  expect(await it.agency.count('messages')).toBe(2);
});

it.each(restarts)(
  'does not take an older message with the same words for it, while its clock was ahead %s',
  async (...about) => {
    const [, aheadMs, knownAheadMs, laterMs] = about;
    await using it = await scene(aheadMs);
    const lost = await it.begins('Yes', knownAheadMs);
    const sentAt = it.metaNow() - 2 * minuteMs;
    await it.restartsAfter(laterMs);
    await it.agency.hears(echoed({ nativeMessageId: 'phone', text: 'Yes', sentAt }));
    await it.looks([{ nativeMessageId: 'phone', text: 'Yes', sentAt }]);
    expect(await it.agency.message(lost)).toMatchObject(open);
  },
);

it('compares by Meta’s clock if only the answer to the look-up reveals it', async () => {
  await using it = await scene(5 * minuteMs);
  const lost = await it.begins('Yes', null);
  const sentAt = it.metaNow();
  await it.forgets();
  await it.looks([{ nativeMessageId: 'm1', text: 'Yes', sentAt }], 5 * minuteMs - secondMs);
  expect(await it.agency.message(lost)).toMatchObject(proved);
});

it('finds what was sent while the clock was behind, after the clock is corrected', async () => {
  await using it = await scene(0);
  const lost = await it.begins('Yes', null);
  const sentAt = it.metaNow() + 30 * minuteMs;
  await it.forgets();
  it.room.pass(30 * minuteMs);
  await shiftWaits(it.agency.agency, 30 * minuteMs, it.room.clock());
  await it.looks([{ nativeMessageId: 'm1', text: 'Yes', sentAt }]);
  expect(await it.agency.message(lost)).toMatchObject(proved);
});

it('recognizes a late echo of a reply that a person was asked about, even if the clock was corrected after that', async () => {
  await using it = await scene(twentyHoursMs);
  const lost = await it.begins('Yes', null);
  const sentAt = it.metaNow();
  await it.forgets();
  await it.looks([], null);
  it.room.pass(-twentyHoursMs);
  await shiftWaits(it.agency.agency, -twentyHoursMs, it.room.clock());
  await it.agency.hears(echoed({ nativeMessageId: 'm1', text: 'Yes', sentAt }));
  expect(await it.agency.message(lost)).toMatchObject(proved);
});

it.each(['instagram', 'facebook'] as const)(
  'on %s, makes no second bubble of its own echo if the clock is ahead and Meta has answered before',
  async (channel) => {
    await using room = await openOutboundRoom({ channel });
    const maya = await room.buyer('Maya');
    room.goesAhead(5 * minuteMs);
    await room.becomes(await room.sends(maya, 'Hello'), { state: 'sent' });
    await room.client.fault({ kind: 'lost_answer', times: 1 });
    await room.client.fault({ kind: 'echo_late', times: 1, delayMs: 300 });
    const id = await room.sends(maya, 'Yes');
    await room.becomes(id, { state: 'sent', failure: null, nativeMessageId: expect.any(String) });
    expect(await room.agency.count('messages')).toBe(3);
  },
);

it('removes the second bubble at the first look-up if no answer had told how far the clock is ahead', async () => {
  await using room = await openOutboundRoom();
  const maya = await room.buyer('Maya');
  room.goesAhead(5 * minuteMs);
  await room.client.fault({ kind: 'lost_answer', times: 1 });
  const id = await room.sends(maya, 'Yes');
  await expect.poll(() => room.agency.count('messages'), { timeout: 5_000 }).toBe(3);
  await room.pass(30 * secondMs);
  await room.becomes(id, { state: 'sent', failure: null, nativeMessageId: expect.any(String) });
  expect(await room.agency.count('messages')).toBe(2);
});
