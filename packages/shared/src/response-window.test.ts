import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { policyOf } from './account-rules.ts';
import { noteComment, noWindow, openWindow, privateReplyAt, type WindowFacts, windowAt } from './response-window.ts';
import { dayMs, hourMs, minuteMs } from './time.ts';

const now = Date.UTC(2026, 10, 20, 9, 0);
const shop = { channel: 'instagram', humanAgentApproved: false };
const granted = { ...shop, humanAgentApproved: true };
const policy = policyOf(shop);
const wrote = (at: number, byAd = false): WindowFacts =>
  openWindow(noWindow, { by: byAd ? 'ad_referral' : 'message', messageId: 'm', at, seenAt: now }, policy);
const commented = (at: number): WindowFacts => noteComment(noWindow, { messageId: 'c', at, seenAt: now }, policy);

describe('the window for direct messages', () => {
  test.each([
    ['just after the message', 0, 'standard'],
    ['a millisecond before 24 hours', dayMs - 1, 'standard'],
    ['at 24 hours', dayMs, 'closed'],
    ['after a week', 8 * dayMs, 'closed'],
  ])('%s', (_when, laterMs, kind) => {
    expect(windowAt(wrote(now), now + laterMs, shop)).toEqual({ kind, expiresAt: now + dayMs });
  });

  test.each([
    [dayMs - 1, 'standard', dayMs],
    [dayMs, 'human_agent', 7 * dayMs],
    [7 * dayMs - 1, 'human_agent', 7 * dayMs],
    [7 * dayMs, 'closed', 7 * dayMs],
  ])('with the Human Agent feature, %i ms later: %s', (laterMs, kind, endsAfterMs) => {
    expect(windowAt(wrote(now), now + laterMs, granted)).toEqual({ kind, expiresAt: now + endsAfterMs });
  });

  test('an ad promises only the certain 24 hours', () => {
    expect(windowAt(wrote(now, true), now, shop)).toEqual({ kind: 'ad', expiresAt: now + dayMs });
    expect(windowAt(wrote(now, true), now + dayMs, shop).kind).toBe('closed');
  });

  test('there is none if nobody wrote', () => {
    expect(windowAt(noWindow, now, granted)).toEqual({ kind: 'none', expiresAt: null });
  });

  test('a Meta clock that runs ahead does not lengthen it', () => {
    expect(windowAt(wrote(now + hourMs), now, shop).expiresAt).toBe(now + dayMs);
  });

  test('what arrives late and is older changes nothing', () => {
    const facts = wrote(now);
    expect(openWindow(facts, { by: 'message', messageId: 'old', at: now - hourMs, seenAt: now }, policy)).toBe(facts);
  });
});

describe('the private reply to a comment', () => {
  test('one message within seven days of the comment', () => {
    expect(windowAt(commented(now), now + 7 * dayMs - 1, shop)).toEqual({
      kind: 'private_reply',
      expiresAt: now + 7 * dayMs,
    });
    expect(windowAt(commented(now), now + 7 * dayMs, shop).kind).toBe('closed');
  });

  test('used is used', () => {
    const facts = commented(now);
    const used = { ...facts, comment: { ...facts.comment!, privateReplyUsedAt: now + minuteMs } };
    expect(privateReplyAt(used, now + hourMs, shop)).toEqual({ kind: 'closed', expiresAt: now + minuteMs });
  });

  test('a newer comment brings a new right, an older one that arrives late does not replace it', () => {
    const facts = commented(now - hourMs);
    expect(noteComment(facts, { messageId: 'new', at: now, seenAt: now }, policy).comment?.messageId).toBe('new');
    expect(noteComment(facts, { messageId: 'older', at: now - dayMs, seenAt: now }, policy)).toBe(facts);
  });

  test('a comment does not open the window for direct messages, and does not hide an open one', () => {
    const both = noteComment(wrote(now), { messageId: 'c', at: now, seenAt: now }, policy);
    expect(windowAt(both, now, shop).kind).toBe('standard');
    expect(commented(now).openedAt).toBeNull();
  });
});

test('in whatever order openers arrive, the window is that of the latest, and never longer than 24 hours from now', () => {
  const opener = fc.record({ at: fc.integer({ min: now - 3 * dayMs, max: now + dayMs }), byAd: fc.boolean() });
  fc.assert(
    fc.property(fc.uniqueArray(opener, { minLength: 1, selector: ({ at }) => Math.min(at, now) }), (openers) => {
      const openAll = (some: typeof openers) =>
        some.reduce(
          (facts, { at, byAd }) =>
            openWindow(facts, { by: byAd ? 'ad_referral' : 'message', messageId: String(at), at, seenAt: now }, policy),
          noWindow,
        );
      const facts = openAll(openers);
      expect(openAll([...openers].reverse())).toEqual(facts);
      expect(facts.openedAt).toBe(Math.max(...openers.map(({ at }) => Math.min(at, now))));
      expect(windowAt(facts, now, shop).expiresAt).toBeLessThanOrEqual(now + dayMs);
    }),
  );
});
