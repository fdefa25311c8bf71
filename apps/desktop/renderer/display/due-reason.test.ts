import { dayMs, hourMs, type Lane, minuteMs, noWindow } from '@transom/shared';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../contract/views.ts';
import { text } from '../text/spoken.ts';
import { rowTimes } from './due-reason.ts';
import { compareRows, laneAt } from './lane-order.ts';
import { testNow as now, testAccount, testRow } from './test-rows.ts';

const wrote = (agoMs: number, change: Partial<Row> = {}) =>
  testRow('a', {
    window: { ...noWindow, openedAt: now - agoMs, openedBy: 'm' },
    lastMessageAt: now - agoMs,
    unansweredSinceAt: now - agoMs,
    firstAnsweredAt: null,
    ...change,
  });
const commented = (agoMs: number, change: Partial<Row> = {}) =>
  wrote(agoMs, {
    window: { ...noWindow, comment: { messageId: 'm', at: now - agoMs, privateReplyUsedAt: null } },
    ...change,
  });
const corner = (row: Row) => rowTimes(row, now, testAccount).corner;

describe('the corner of a row', () => {
  it('shows how long somebody has waited for a first reply, urgently only while hurrying still helps', () => {
    expect(corner(wrote(3 * minuteMs))).toMatchObject({ short: 'reply in 12 m', urgency: 'closing' });
    expect(corner(wrote(40 * minuteMs))).toMatchObject({ short: 'waiting 40 m', urgency: 'closing' });
    expect(corner(wrote(76 * minuteMs))).toMatchObject({ short: 'waiting 1 h', urgency: 'calm' });
    expect(corner(commented(5 * dayMs))).toMatchObject({ short: 'waiting 5 d', urgency: 'calm' });
  });

  it('is left to the window’s countdown where that decides the place', () => {
    expect(corner(wrote(21 * hourMs))).toBeNull();
    expect(corner(wrote(5 * hourMs, { firstAnsweredAt: 1 }))).toBeNull();
  });

  it('says when they wrote, not when we did, and nothing about a window if the person was erased', () => {
    const ours = { ...testRow('c').lastMessage!, direction: 'outbound' as const, state: 'queued' as const };
    const row = wrote(5 * hourMs, { firstAnsweredAt: 1, lastMessage: ours, lastMessageAt: now });
    expect(rowTimes(row, now, testAccount).below).toBe('Wrote 5 h ago');
    // After a lost reply of ours the thread waits since that was written, which is not theirs either.
    const lost = { ...row, unansweredSinceAt: now - minuteMs };
    expect(rowTimes(lost, now, testAccount).below).toBe('Wrote 5 h ago');
    expect(rowTimes(wrote(hourMs, { state: 'answered', erasedAt: now }), now, testAccount).below).toBe(text.clock.none);
  });

  it('reads from top to bottom in every lane', () => {
    const facts = { now: () => now, rulesOf: () => testAccount };
    const rows = [1, 5, 9, 13, 19, 21, 23, 30, 50].flatMap((hours) => [
      wrote(hours * hourMs, { id: `w${hours}` }),
      wrote(hours * hourMs, { id: `k${hours}`, firstAnsweredAt: 1 }),
      commented(hours * hourMs, { id: `c${hours}` }),
      wrote(hours * hourMs, { id: `d${hours}`, state: 'done' }),
      wrote(hours * hourMs, { id: `s${hours}`, state: 'answered' }),
    ]);
    const column = (lane: Lane) =>
      rows
        .filter((row) => laneAt(row, now, testAccount) === lane)
        .sort((a, b) => compareRows(lane, a, b, facts))
        .map((row) => corner(row)?.short ?? 'window');
    expect(column('answer')).toEqual([
      'waiting 2 d',
      'waiting 1 d',
      ...['23', '21', '19', '19', '13', '13', '9', '9', '5', '5', '1', '1'].map((hours) => `waiting ${hours} h`),
      ...Array.from({ length: 5 }, () => 'window'),
    ]);
    expect(column('missed').slice(0, 2)).toEqual(['closed 6 h ago', 'closed 6 h ago']);
    expect(column('done')).toEqual(column('waiting'));
  });
});

describe('below it', () => {
  const below = (row: Row, isConfirmed = true) => rowTimes(row, now, testAccount, isConfirmed).below;

  it('is the end of the window, where the corner says something else', () => {
    expect(below(wrote(5 * hourMs))).toBe('Window 19 h');
    expect(below(commented(5 * dayMs))).toBe('Private reply 2 d 0 h');
    expect(below(wrote(5 * hourMs, { state: 'answered' }))).toBe('Window 19 h');
    expect(below(wrote(30 * hourMs, { state: 'answered' }))).toBe('Window closed');
  });

  it('marks an extrapolated time', () => expect(below(wrote(5 * hourMs), false)).toBe('Window ~19 h'));

  it('says that a private reply is on its way, and why somebody cannot be reached', () => {
    const comment = { messageId: 'm', at: now - hourMs, privateReplyUsedAt: null, isReplyOnItsWay: true };
    expect(below(wrote(hourMs, { window: { ...noWindow, comment } }))).toBe('Private reply on its way');
    expect(below(wrote(hourMs, { unreachable: true }))).toBe('Blocked, deleted or not accepted');
  });
});
