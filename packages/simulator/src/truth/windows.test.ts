import { describe, expect, it } from 'vitest';
import { judgePrivateReply, judgeSend, noteOpening, type Openings, windowFrom } from './windows.ts';

const hour = 3_600_000;
const day = 24 * hour;
const start = 1_790_000_000_000;

function opened(...acts: { at: number; byAd?: boolean }[]): Openings {
  const openings: Openings = { lastAt: null, lastByAdAt: null };
  for (const { at, byAd = false } of acts) noteOpening(openings, at, byAd);
  return openings;
}

describe('the window', () => {
  it('does not exist before the person has done anything', () => {
    expect(windowFrom(opened())).toBeNull();
    expect(judgeSend(opened(), null, true, start)).toBe('outside_window');
  });

  it('lasts 24 hours from the newest act, in whatever order the acts are reported', () => {
    const openings = opened({ at: start + hour }, { at: start });
    expect(windowFrom(openings)).toEqual({ openedAt: start + hour, expiresAt: start + 25 * hour });
    expect(judgeSend(openings, null, false, start + 25 * hour - 1)).toBe('allowed');
    expect(judgeSend(openings, null, false, start + 25 * hour)).toBe('outside_window');
  });

  it('lasts 7 days after an ad, and a later message does not shorten it', () => {
    const openings = opened({ at: start, byAd: true }, { at: start + day });
    expect(windowFrom(openings)).toEqual({ openedAt: start + day, expiresAt: start + 7 * day });
    expect(windowFrom(opened({ at: start, byAd: true }, { at: start + 6.5 * day }))?.expiresAt).toBe(start + 7.5 * day);
  });

  it('lasts 7 days for a human agent if Meta granted the feature', () => {
    const openings = opened({ at: start });
    expect(judgeSend(openings, 'HUMAN_AGENT', true, start + 7 * day - 1)).toBe('allowed');
    expect(judgeSend(openings, 'HUMAN_AGENT', true, start + 7 * day)).toBe('outside_window');
    expect(judgeSend(openings, 'HUMAN_AGENT', false, start + 2 * day)).toBe('human_agent_missing');
    expect(judgeSend(openings, null, true, start + 2 * day)).toBe('outside_window');
  });
});

describe('a private reply', () => {
  it('is possible once, for 7 days from the comment', () => {
    expect(judgePrivateReply({ at: start, privateReplyId: null }, start + 7 * day - 1)).toBe('allowed');
    expect(judgePrivateReply({ at: start, privateReplyId: null }, start + 7 * day)).toBe('too_late');
    expect(judgePrivateReply({ at: start, privateReplyId: 'm_1' }, start)).toBe('used');
  });
});
