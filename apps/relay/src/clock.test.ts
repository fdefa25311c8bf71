import { dayMs, hourMs, secondMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { RelayClock } from './clock.ts';

const noon = Date.parse('2026-11-21T12:00:00Z');

/** A machine whose clock is `behindMs` behind the truth. */
function machine(behindMs = 0) {
  let wall = noon - behindMs;
  let monotonic = 5_000;
  const clock = new RelayClock({ wall: () => wall, monotonic: () => monotonic });
  return {
    clock,
    pass(ms: number): void {
      wall += ms;
      monotonic += ms;
    },
    set(ms: number): void {
      wall += ms;
    },
  };
}

it('follows the machine where the machine is right', () => {
  const { clock, pass } = machine();
  clock.noteSigned(noon - secondMs);
  pass(hourMs);
  expect(clock.now()).toBe(noon + hourMs);
  expect(clock.takeStep()).toBe(0);
});

it.each([hourMs, 25 * hourMs])(
  'is never earlier than what Meta has signed, on a machine that is %d ms behind',
  (behind) => {
    const { clock, pass, set } = machine(behind);
    clock.noteSigned(noon);
    expect(clock.now()).toBe(noon);
    pass(hourMs);
    expect(clock.now()).toBe(noon + hourMs);
    // An older signature changes nothing, and neither does the machine when it falls back further.
    clock.noteSigned(noon - dayMs);
    set(-25 * hourMs);
    expect(clock.now()).toBe(noon + hourMs);
    expect(clock.signedNow).toBe(noon + hourMs);
  },
);

it('runs at most seven days ahead of the machine, and ignores signatures beyond that', () => {
  const { clock, set } = machine();
  clock.noteSigned(noon + 8 * dayMs);
  expect(clock.now()).toBe(noon);
  clock.noteSigned(noon + 6 * dayMs);
  expect(clock.now()).toBe(noon + 6 * dayMs);
  set(-6 * dayMs);
  expect(clock.now()).toBe(noon + dayMs);
});

it('reports each step of its own time once, whether the machine or a signature of Meta caused it', () => {
  const { clock, pass, set } = machine();
  set(20 * hourMs);
  expect(clock.takeStep()).toBe(20 * hourMs);
  pass(dayMs);
  expect(clock.takeStep()).toBe(0);
  set(-20 * hourMs);
  expect(clock.takeStep()).toBe(-20 * hourMs);
  clock.noteSigned(clock.now() + 25 * hourMs);
  expect(clock.takeStep()).toBe(25 * hourMs);
  // The floor holds: nobody's waiting time changes.
  set(-hourMs);
  expect(clock.takeStep()).toBe(0);
  set(2 * secondMs);
  expect(clock.takeStep()).toBe(0);
});

it('learns from the dates of Meta’s answers how far it is ahead, and never claims more than that', () => {
  const { clock, pass, set } = machine();
  expect(clock.aheadOfMeta()).toBeNull();
  clock.noteServerDate(noon - 2 * secondMs, secondMs);
  expect(clock.aheadOfMeta()).toBe(0);
  // Times noted by a clock that is behind move with it when it is corrected.
  clock.noteServerDate(noon + hourMs, 0);
  expect(clock.aheadOfMeta()).toBeNull();
  clock.noteServerDate(noon, 0);
  set(5 * 60 * secondMs);
  // What was known describes the clock before the jump, whether that was noticed or not.
  expect(clock.aheadOfMeta()).toBeNull();
  expect(clock.takeStep()).not.toBe(0);
  expect(clock.aheadOfMeta()).toBeNull();
  // The answer took three seconds, and a date has no milliseconds.
  pass(3 * secondMs);
  clock.noteServerDate(noon + 2 * secondMs, 3 * secondMs);
  expect(clock.aheadOfMeta()).toBe(297 * secondMs);
});

it('believes no date that contradicts what Meta has signed', () => {
  const { clock } = machine();
  clock.noteSigned(noon - 2 * secondMs);
  clock.noteServerDate(noon - hourMs, 0);
  expect(clock.aheadOfMeta()).toBe(2 * secondMs);
});
