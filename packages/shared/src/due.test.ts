import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Conversation } from './documents/index.ts';
import { dueOf, escalateBeforeMs, laneOf, placeAt, snoozeEndsAt, urgencyOf } from './due.ts';
import { policiesOfVersion2 } from './policies-of-version-2.ts';
import { noWindow, privateReplyAt } from './response-window.ts';
import { dayMs, hourMs, minuteMs } from './time.ts';

const now = Date.UTC(2026, 10, 20, 9, 0);
const shop = { channel: 'instagram', humanAgentApproved: false };
const granted = { ...shop, humanAgentApproved: true };
const waiting: Conversation = {
  ...{
    id: 'c',
    rev: 1,
    accountId: 'a',
    channel: 'instagram',
    state: 'needs_answer',
    lead: null,
    handoff: null,
    lastMessage: null,
  },
  contact: { id: 'p', name: 'Maya', username: null, profileUrl: null },
  source: { kind: 'dm', postId: null, commentId: null, adTitle: null },
  window: { ...noWindow, openedAt: now, openedBy: 'm' },
  ...{ lastMessageAt: now, unansweredSinceAt: now, firstAnsweredAt: null, unreachable: false, erasedAt: null },
};

const onItsWay = { privateReplyUsedAt: now, isReplyOnItsWay: true };

test.each([
  [0, 'answer'],
  [20 * hourMs - 1, 'answer'],
  [20 * hourMs, 'closing'],
  [dayMs - 1, 'closing'],
  [dayMs, 'missed'],
])('%i ms after the message it is in %s', (laterMs, lane) => {
  expect(laneOf(waiting, now + laterMs, shop)).toBe(lane);
});

test('with the Human Agent feature the 20-hour mark is still a mark', () => {
  expect([20, 24, 7 * 24 - 4, 7 * 24].map((hours) => laneOf(waiting, now + hours * hourMs, granted))).toEqual([
    'closing',
    'answer',
    'closing',
    'missed',
  ]);
});

test('a closing window is above one that is merely late', () => {
  const late = placeAt(
    { ...waiting, window: { ...noWindow, comment: { messageId: 'k', at: now - 5 * dayMs, privateReplyUsedAt: null } } },
    now,
    shop,
  );
  const closing = placeAt(
    { ...waiting, window: { ...noWindow, openedAt: now - 23 * hourMs, openedBy: 'm' } },
    now,
    shop,
  );
  expect([closing.lane, late.lane]).toEqual(['closing', 'answer']);
});

test('between its two moments a place never changes', () => {
  const time = fc.integer({ min: now - 8 * dayMs, max: now });
  fc.assert(
    fc.property(
      fc.option(time),
      fc.option(time),
      fc.constantFrom(shop, granted),
      fc.nat(9 * dayMs),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.record({ unreachable: fc.boolean(), state: fc.constantFrom('needs_answer', 'answered', 'done') }),
      fc.constantFrom({ privateReplyUsedAt: null }, onItsWay, { privateReplyUsedAt: now - hourMs }),
      (openedAt, commentAt, account, laterMs, share, standing, right) => {
        const conversation: Conversation = {
          ...waiting,
          ...standing,
          window: {
            ...noWindow,
            openedAt,
            comment: commentAt === null ? null : { messageId: 'k', at: commentAt, ...right },
          },
        };
        const place = placeAt(conversation, now + laterMs, account);
        const end = Math.min(place.until, now + 30 * dayMs);
        const between = Math.floor(place.from + share * (end - 1 - place.from));
        expect(placeAt(conversation, between, account)).toEqual(place);
      },
    ),
  );
});

test('an unreachable contact is in a lane of its own, newest on top, never due, and stays there however late it is', () => {
  const unreachable: Conversation = { ...waiting, unreachable: true };
  expect(dueOf(waiting, shop)).not.toBeNull();
  expect(dueOf(unreachable, shop)).toBeNull();
  for (const laterMs of [0, 23 * hourMs, 8 * dayMs])
    expect(placeAt(unreachable, now + laterMs, granted)).toEqual({
      lane: 'unreachable',
      position: -unreachable.lastMessageAt,
      from: 0,
      until: Number.MAX_SAFE_INTEGER,
    });
  expect(laneOf({ ...unreachable, state: 'done' }, now, shop)).toBe('done');
  // Nobody waits there: the buyer's turn, as with everybody else.
  expect(laneOf({ ...unreachable, state: 'answered' }, now, shop)).toBe('waiting');
});

test('a private reply in flight moves nobody, and the right that it used stays used', () => {
  const time = fc.integer({ min: now - 8 * dayMs, max: now });
  fc.assert(
    fc.property(
      fc.option(time),
      time,
      fc.constantFrom(shop, granted),
      fc.nat(9 * dayMs),
      (openedAt, at, account, laterMs) => {
        const comment = { messageId: 'k', at, privateReplyUsedAt: null };
        const before: Conversation = { ...waiting, window: { ...noWindow, openedAt, comment } };
        const queued: Conversation = { ...before, window: { ...before.window, comment: { ...comment, ...onItsWay } } };
        expect(placeAt(queued, now + laterMs, account)).toEqual(placeAt(before, now + laterMs, account));
        expect(privateReplyAt(queued.window, now + laterMs, account).kind).toBe('closed');
      },
    ),
  );
});

test('on an unknown channel no window is promised, and somebody who waits is not forgotten', () => {
  const strange: Conversation = { ...waiting, channel: 'pigeon', firstAnsweredAt: now };
  const rules = { ...granted, channel: 'pigeon' };
  for (const laterMs of [0, 23 * hourMs, 9 * dayMs]) expect(laneOf(strange, now + laterMs, rules)).toBe('answer');
  expect(dueOf(strange, rules)).toBeNull();
  expect(placeAt(strange, now, rules)).toMatchObject({ from: 0, until: Number.MAX_SAFE_INTEGER });
});

test('an unknown state may mean that somebody waits', () => {
  const strange: Conversation = { ...waiting, state: 'unknown' };
  expect(dueOf(strange, shop)).toEqual(dueOf(waiting, shop));
  for (const laterMs of [0, 21 * hourMs, dayMs])
    expect(placeAt(strange, now + laterMs, shop)).toEqual(placeAt(waiting, now + laterMs, shop));
});

test('what is put off is under Later, what comes back next on top, and then back in its place', () => {
  const until = now + 3 * hourMs;
  const putOff: Conversation = { ...waiting, firstAnsweredAt: 1, snoozedUntil: until };
  expect(placeAt(putOff, now, shop)).toMatchObject({ lane: 'later', position: until, until });
  expect(placeAt(putOff, until - 1, shop).lane).toBe('later');
  expect(placeAt(putOff, until, shop)).toMatchObject({ lane: 'answer', from: until });
  expect(laneOf({ ...putOff, state: 'done' }, now, shop)).toBe('done');
  expect(laneOf({ ...putOff, state: 'answered' }, now, shop)).toBe('later');
  expect(laneOf({ ...putOff, snoozedUntil: null }, now, shop)).toBe('answer');
});

test('nobody who waits is put off past the mark before their window closes, or at all once that has passed', () => {
  const mark = now + dayMs - escalateBeforeMs;
  const far = now + 3 * dayMs;
  expect(snoozeEndsAt(waiting, far, now, shop)).toBe(mark);
  expect(snoozeEndsAt(waiting, mark - 1, now, shop)).toBe(mark - 1);
  expect(snoozeEndsAt(waiting, far, mark, shop)).toBeNull();
  // Past the standard window a person may answer for seven days.
  expect(snoozeEndsAt(waiting, far, now + 25 * hourMs, granted)).toBe(far);
  // Nothing closes where nobody waits, or nothing is open any more.
  expect(snoozeEndsAt({ ...waiting, state: 'answered' }, far, now, shop)).toBe(far);
  expect(snoozeEndsAt(waiting, far, now + dayMs, shop)).toBe(far);
  expect(snoozeEndsAt(waiting, now, now, shop)).toBeNull();
});

test('whatever is chosen, it comes back by then, and with four hours left where somebody waits', () => {
  fc.assert(
    fc.property(fc.nat(9 * dayMs), fc.nat(9 * dayMs), fc.constantFrom(shop, granted), (laterMs, afterMs, account) => {
      const at = now + laterMs;
      const endsAt = snoozeEndsAt(waiting, at + afterMs, at, account);
      if (endsAt === null) return;
      expect(endsAt).toBeGreaterThan(at);
      expect(endsAt).toBeLessThanOrEqual(at + afterMs);
      const putOff: Conversation = { ...waiting, snoozedUntil: endsAt };
      expect(laneOf(putOff, endsAt - 1, account)).toBe('later');
      expect(laneOf(putOff, endsAt, account)).not.toBe('later');
      if (laneOf(waiting, at, account) === 'answer')
        expect(['answer', 'closing']).toContain(laneOf(waiting, endsAt, account));
    }),
  );
});

test('the one due time: fifteen minutes for a first reply, then four hours before whatever window lets us answer', () => {
  const again: Conversation = { ...waiting, firstAnsweredAt: 1 };
  const since = now - 2 * hourMs;
  expect(dueOf({ ...waiting, unansweredSinceAt: since }, shop)).toEqual({
    at: since + 15 * minuteMs,
    reason: 'first_reply',
  });
  expect(dueOf({ ...waiting, unansweredSinceAt: null, lastMessageAt: since }, shop)?.at).toBe(since + 15 * minuteMs);
  expect(dueOf(again, shop)).toEqual({ at: now + 20 * hourMs, reason: 'window_closing' });
  const comment = { messageId: 'k', at: since, privateReplyUsedAt: null };
  const commented: Conversation = { ...again, window: { ...noWindow, comment } };
  expect(dueOf(commented, shop)).toEqual({ at: since + 7 * dayMs - 4 * hourMs, reason: 'private_reply_closing' });
  // Without a known comment, the time since which they wait counts.
  expect(dueOf({ ...again, unansweredSinceAt: since, window: noWindow }, shop)).toEqual({
    at: since + 7 * dayMs - 4 * hourMs,
    reason: 'private_reply_closing',
  });
  const { instagram } = policiesOfVersion2;
  const noReplies = { ...instagram!, windows: { ...instagram!.windows, private_reply: null } };
  expect(dueOf({ ...commented, unansweredSinceAt: since }, { ...shop, policy: noReplies })).toEqual({
    at: since,
    reason: 'window_closing',
  });
});

test('a place changes exactly when its window, its late window or its private reply begins to close, or closes', () => {
  const turns = (conversation: Conversation, account = shop): number[] => {
    const found: number[] = [];
    for (let at = now; found.length < 9; ) {
      const { until } = placeAt(conversation, at, account);
      if (until === Number.MAX_SAFE_INTEGER) return found;
      found.push(until - now);
      at = until;
    }
    return found;
  };
  const comment = { messageId: 'k', at: now + hourMs, privateReplyUsedAt: null };
  expect(turns(waiting)).toEqual([20 * hourMs, dayMs]);
  expect(turns(waiting, granted)).toEqual([20 * hourMs, dayMs, 7 * dayMs - 4 * hourMs, 7 * dayMs]);
  expect(turns({ ...waiting, window: { ...noWindow, comment } })).toEqual([7 * dayMs - 3 * hourMs, 7 * dayMs + hourMs]);
  expect(turns({ ...waiting, window: noWindow }, granted)).toEqual([]);
  expect(placeAt({ ...waiting, window: { ...noWindow, comment } }, now, granted).from).toBe(0);
  const used = { ...comment, privateReplyUsedAt: now + 2 * dayMs };
  expect(turns({ ...waiting, window: { ...noWindow, comment: used } })).toEqual([2 * dayMs - 4 * hourMs, 2 * dayMs]);
});

test('the next to close is on top, who has waited longest before others, and what closed last before what closed earlier', () => {
  const at = (openedAt: number, later: Partial<Conversation> = {}): Conversation => ({
    ...waiting,
    ...later,
    firstAnsweredAt: 1,
    window: { ...noWindow, openedAt, openedBy: 'm' },
  });
  const place = (conversation: Conversation) => placeAt(conversation, now, shop);
  const closingAt = now - 22 * hourMs;
  expect(place(at(closingAt, { lastMessageAt: now }))).toMatchObject({ lane: 'closing', position: closingAt + dayMs });
  expect(place(at(now - hourMs))).toMatchObject({ lane: 'answer', position: now + 19 * hourMs });
  expect(place(at(now - 2 * dayMs))).toMatchObject({ lane: 'missed', position: -(now - dayMs) });
  expect(place(at(now, { state: 'answered' }))).toEqual({
    lane: 'waiting',
    position: -now,
    from: 0,
    until: Number.MAX_SAFE_INTEGER,
  });
});

test('who cannot be reached is put off like others, and so is who waits while a private reply is on its way', () => {
  expect(laneOf({ ...waiting, unreachable: true, snoozedUntil: now + 1 }, now, shop)).toBe('later');
  const comment = { messageId: 'k', at: now, ...onItsWay };
  const commented: Conversation = { ...waiting, window: { ...noWindow, comment } };
  expect(snoozeEndsAt(commented, now + 9 * dayMs, now, shop)).toBe(now + 7 * dayMs - escalateBeforeMs);
  const arrived = { ...comment, isReplyOnItsWay: false };
  expect(laneOf({ ...commented, window: { ...noWindow, comment: arrived } }, now, shop)).toBe('missed');
});

test('a countdown turns amber with four hours left and red with one', () => {
  expect([4 * hourMs + 1, 4 * hourMs, hourMs + 1, hourMs, 0].map(urgencyOf)).toEqual([
    ...['calm', 'closing', 'closing', 'urgent', 'urgent'],
  ]);
});

test('an unreachable contact, or one on a channel without known rules, can be put off for any time', () => {
  const far = now + 3 * dayMs;
  expect(snoozeEndsAt({ ...waiting, unreachable: true }, far, now, shop)).toBe(far);
  expect(snoozeEndsAt(waiting, far, now, { ...shop, channel: 'pigeon' })).toBe(far);
});
