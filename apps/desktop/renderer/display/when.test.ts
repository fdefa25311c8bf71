import { dayMs, hourMs, minuteMs } from '@transom/shared';
import { describe, expect, it } from 'vitest';
import { makeFormats } from './formats.ts';
import { age, ago, dayTitle, moment, momentAt } from './when.ts';

const berlin = makeFormats('en-GB', 'Europe/Berlin');
const newYork = makeFormats('en-US', 'America/New_York');
const inBerlin = (iso: string) => Date.parse(iso);

describe('the day on which the clocks go forward has 23 hours', () => {
  // Sunday, 29 March 2026: 02:00 becomes 03:00.
  const now = inBerlin('2026-03-30T00:20:00+02:00');
  it('yesterday is the day before, even in the first hour after midnight', () => {
    expect(dayTitle(inBerlin('2026-03-29T12:00:00+02:00'), now, berlin)).toBe('Yesterday');
    expect(dayTitle(inBerlin('2026-03-28T23:50:00+01:00'), now, berlin)).toBe('Saturday 28 March');
    expect(dayTitle(inBerlin('2026-03-30T00:05:00+02:00'), now, berlin)).toBe('Today');
  });
});

describe('the day on which the clocks go back has 25 hours', () => {
  // Sunday, 25 October 2026: 03:00 becomes 02:00.
  const now = inBerlin('2026-10-25T23:40:00+01:00');
  it('the evening of that day is still the day after yesterday', () => {
    expect(dayTitle(inBerlin('2026-10-24T09:00:00+02:00'), now, berlin)).toBe('Yesterday');
    expect(dayTitle(inBerlin('2026-10-25T00:10:00+02:00'), now, berlin)).toBe('Today');
    expect(moment(inBerlin('2026-10-25T00:10:00+02:00'), now, berlin)).toBe('00:10');
  });
  it('a weekday stands alone up to three days away, by the calendar', () => {
    expect(moment(inBerlin('2026-10-22T00:05:00+02:00'), now, berlin)).toBe('Thu 00:05');
    expect(moment(inBerlin('2026-10-28T23:59:00+01:00'), now, berlin)).toBe('Wed 23:59');
    expect(moment(inBerlin('2026-10-21T23:59:00+02:00'), now, berlin)).toBe('21 Oct, 23:59');
    expect(moment(inBerlin('2026-10-29T00:01:00+01:00'), now, berlin)).toBe('29 Oct, 00:01');
  });
});

describe('the age of a message', () => {
  const now = Date.parse('2026-11-05T21:00:00-05:00');
  it('is given in real hours for a day, then as the weekday while that names one day, then as the date', () => {
    expect(age(now - 23 * hourMs - 59 * minuteMs, now, newYork)).toBe('23 h');
    expect(age(now - dayMs, now, newYork)).toBe('Wed');
    expect(age(Date.parse('2026-10-30T00:01:00-04:00'), now, newYork)).toBe('Fri');
    expect(age(Date.parse('2026-10-29T23:59:00-04:00'), now, newYork)).toBe('Oct 29');
    expect(age(Date.parse('2025-11-01T12:00:00-04:00'), now, newYork)).toBe('Nov 1, 2025');
  });
});

it('a day of last year shows its year', () => {
  expect(dayTitle(Date.parse('2025-06-01T12:00:00Z'), Date.parse('2026-11-05T12:00:00Z'), newYork)).toBe(
    'Sunday, June 1, 2025',
  );
});

it('inside a sentence an age says that it is one, and a day stays as it is', () => {
  const now = inBerlin('2026-11-30T12:00:00+01:00');
  const said = (agoMs: number) => ago(now - agoMs, now, berlin);
  expect([said(10_000), said(12 * minuteMs), said(5 * hourMs), said(2 * dayMs), said(30 * dayMs)]).toEqual([
    'just now',
    '12 m ago',
    '5 h ago',
    'Sat',
    '31 Oct',
  ]);
});

it('says in a sentence at what time, or on what day', () => {
  const now = inBerlin('2026-11-30T15:00:00+01:00');
  const said = (iso: string) => momentAt(inBerlin(iso), now, newYork);
  expect(said('2026-11-30T14:00:00+01:00')).toMatch(/^at 8:00\sAM$/u);
  expect(said('2026-11-29T14:00:00+01:00')).toMatch(/^on Sun 8:00\sAM$/u);
});
