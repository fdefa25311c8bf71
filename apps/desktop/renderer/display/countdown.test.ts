import { dayMs, hourMs, minuteMs, noWindow, policyOf, secondMs } from '@transom/shared';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { text } from '../text/spoken.ts';
import { countdownOf, countedOn, nextChangeMs } from './countdown.ts';
import { testNow as now, testAccount } from './test-rows.ts';
import { duration, momentAt } from './when.ts';

const opened = (agoMs: number) => ({ window: { ...noWindow, openedAt: now - agoMs, openedBy: 'm' }, erasedAt: null });

describe('countdown', () => {
  it('promises nothing on a channel that this version does not know', () => {
    const told = countdownOf(opened(hourMs), now, { channel: 'pigeon', humanAgentApproved: true }, 'Maya');
    expect(told).toMatchObject({ state: 'none', long: text.update.channel, expiresAt: null });
  });

  it.each([
    [opened(hourMs), false, 'calm', '23 h'],
    [opened(20 * hourMs), false, 'closing', '4 h'],
    [opened(20 * hourMs + 48 * minuteMs), false, 'closing', '3 h 12 m'],
    [opened(23 * hourMs + 12 * minuteMs), false, 'urgent', '48 m'],
    [opened(dayMs - 9 * minuteMs - 41 * secondMs), false, 'urgent', '09:41'],
    [opened(dayMs), false, 'closed', 'closed'],
    [opened(dayMs + 19 * hourMs), true, 'extended', '5 d 5 h'],
    [
      {
        window: { ...noWindow, comment: { messageId: 'm', at: now - 20 * hourMs, privateReplyUsedAt: null } },
        erasedAt: null,
      },
      false,
      'private_reply',
      '6 d 4 h',
    ],
    [{ window: noWindow, erasedAt: null }, false, 'none', 'no window'],
    [{ ...opened(hourMs), erasedAt: now }, false, 'none', 'no window'],
  ] as const)('%#: %s', (facts, isHumanAgent, state, short) => {
    expect(countdownOf(facts, now, { ...testAccount, humanAgentApproved: isHumanAgent }, 'Dana')).toMatchObject({
      state,
      short,
    });
  });

  it('is as urgent for a private reply as for a message', () => {
    const commented = (leftMs: number) =>
      countdownOf(
        {
          window: { ...noWindow, comment: { messageId: 'm', at: now - 7 * dayMs + leftMs, privateReplyUsedAt: null } },
          erasedAt: null,
        },
        now,
        testAccount,
        'Dana',
      ).state;
    expect([commented(5 * hourMs), commented(2 * hourMs), commented(59 * minuteMs)]).toEqual([
      'private_reply',
      'closing',
      'urgent',
    ]);
  });

  it('without the relay\u2019s time says only what holds at the last known time and later', () => {
    const at = (facts: Parameters<typeof countdownOf>[0], atLeast: number | null) => {
      const { state, expiresAt } = countdownOf(facts, null, testAccount, 'Dana', atLeast);
      return [state, expiresAt];
    };
    const used = (change: object) => ({
      window: {
        ...noWindow,
        comment: { messageId: 'm', at: now - 3 * dayMs, privateReplyUsedAt: now - 2 * dayMs, ...change },
      },
      erasedAt: null,
    });
    expect(at(used({ isReplyOnItsWay: true }), now - dayMs)).toEqual(['none', null]);
    expect(at(used({}), null)[0]).toBe('closed');
    expect(at(opened(hourMs), null)).toEqual(['unknown', now - hourMs + dayMs]);
    const both = {
      window: {
        ...opened(2 * dayMs).window,
        comment: { messageId: 'm', at: now - 2 * dayMs, privateReplyUsedAt: null },
      },
      erasedAt: null,
    };
    expect(at(both, now - hourMs)).toEqual(['unknown', now + 5 * dayMs]);
  });

  it('says that one more message opens it again if theirs was the last', () => {
    const lastMessage = { id: 'm', kind: 'text', preview: 'Hello?', state: 'received' } as const;
    const long = (direction: 'inbound' | 'outbound') =>
      countdownOf({ ...opened(dayMs), lastMessage: { ...lastMessage, direction } }, now, testAccount, 'Dana').long;
    expect(long('inbound')).toBe(text.clock.closedAgainLong('Dana'));
    expect(long('outbound')).toBe(text.clock.closedLong('Dana', momentAt(now, now)));
  });

  it('says when its time is only extrapolated', () => {
    const running = countdownOf(opened(5 * hourMs), now, testAccount, 'Dana');
    expect(countedOn(running)).toMatchObject({
      short: '~19 h',
      long: expect.stringContaining('from the last connection'),
    });
    const closed = countdownOf(opened(dayMs), now, testAccount, 'Dana');
    expect(countedOn(closed)).toBe(closed);
  });

  it('counts nothing without a trusted time, and shows the absolute end where it is known', () => {
    expect(countdownOf(opened(hourMs), null, testAccount, 'Dana')).toMatchObject({
      state: 'unknown',
      short: expect.stringMatching(/^closes \w+/),
    });
    expect(countdownOf(opened(hourMs), null, testAccount, 'Dana', now).state).toBe('unknown');
    expect(countdownOf(opened(dayMs), null, testAccount, 'Dana', now)).toMatchObject({
      state: 'closed',
      short: 'closed',
    });
    const commented = { ...noWindow, comment: { messageId: 'm', at: now, privateReplyUsedAt: null } };
    expect(countdownOf({ window: commented, erasedAt: null }, null, testAccount, 'Dana')).toMatchObject({
      state: 'unknown',
      expiresAt: now + 7 * dayMs,
    });
    expect(countdownOf({ window: noWindow, erasedAt: null }, null, testAccount, 'Dana').state).toBe('none');
  });

  it('is never too long, and right again at its next change', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 * dayMs }), (leftMs) => {
        expect(inMs(duration(leftMs))).toBeLessThanOrEqual(leftMs);
        const stepMs = nextChangeMs(leftMs);
        expect(stepMs).toBeGreaterThan(0);
        expect(stepMs).toBeLessThanOrEqual(leftMs > 10 * minuteMs ? minuteMs : secondMs);
        // Just before the wake-up the current text is still right.
        if (stepMs > 1) expect(duration(leftMs - stepMs + 1)).toBe(duration(leftMs));
      }),
    );
  });
});

function inMs(words: string): number {
  const watch = /^(\d\d):(\d\d)$/.exec(words);
  if (watch !== null) return Number(watch[1]) * minuteMs + Number(watch[2]) * secondMs;
  const unitMs: Record<string, number> = { d: dayMs, h: hourMs, m: minuteMs };
  return [...words.matchAll(/(\d+) ([dhm])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * unitMs[unit!]!,
    0,
  );
}

it('counts the window that the account’s policy gives', () => {
  const windows = { ...policyOf(testAccount).windows, standard: { lastsMs: 2 * dayMs } };
  const account = { ...testAccount, policy: { ...policyOf(testAccount), windows } };
  expect(countdownOf(opened(dayMs), now, account, 'Dana')).toMatchObject({
    state: 'calm',
    short: '1 d 0 h',
    fraction: 0.5,
  });
});
