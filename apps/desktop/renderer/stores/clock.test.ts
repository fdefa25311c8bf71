import { hourMs, minuteMs, secondMs } from '@transom/shared';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createClockStore, nextTickMs } from './clock.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** The core truncates to whole milliseconds, so the clock adds one. */
const tell = (clock: ReturnType<typeof createClockStore>, at: number | null) =>
  clock.getState().ask(async () => ({ serverNow: at === null ? null : at - 1, atLeast: null }));
const pass = (ms: number) => vi.advanceTimersByTime(ms);
const ticking = () => {
  const clock = createClockStore(() => performance.now());
  let ticks = 0;
  clock.subscribe(() => (ticks += 1));
  return { clock, ticks: () => ticks };
};

it('wakes per minute above ten minutes, per second below, for the soonest change', () => {
  const now = 1_000_000;
  expect(nextTickMs(now, [])).toBe(minuteMs);
  expect(nextTickMs(now, [now + 3 * hourMs + 20 * secondMs])).toBe(20 * secondMs + 1);
  expect(nextTickMs(now, [now + 10 * minuteMs - 1])).toBe(secondMs);
  expect(nextTickMs(now, [now + 3 * hourMs - 1, now + 5 * minuteMs + 400])).toBe(401);
  expect(nextTickMs(now, [now - hourMs])).toBe(minuteMs);
});

it('has no time and does not tick before the relay’s time is known', () => {
  const { clock, ticks } = ticking();
  clock.getState().watch(1_000);
  pass(hourMs);
  expect([clock.getState().now, ticks()]).toEqual([null, 0]);
});

it('advances the relay’s time, whatever this computer’s own time is', async () => {
  const { clock } = ticking();
  await tell(clock, 1_700_000_000_000);
  vi.setSystemTime(0);
  pass(2 * minuteMs);
  expect(clock.getState().now).toBe(1_700_000_000_000 + 2 * minuteMs);
  await tell(clock, null);
  expect(clock.getState().now).toBeNull();
});

it('ticks each second only while a countdown below ten minutes is watched', async () => {
  const { clock, ticks } = ticking();
  await tell(clock, 0);
  const stop = clock.getState().watch(5 * minuteMs);
  await Promise.resolve();
  const before = ticks();
  pass(10 * secondMs);
  expect(ticks() - before).toBe(10);
  stop();
  pass(secondMs);
  const after = ticks();
  pass(minuteMs);
  expect(ticks() - after).toBeLessThanOrEqual(1);
});

it('draws a countdown that begins between two ticks with the current time', async () => {
  const { clock } = ticking();
  await tell(clock, 0);
  pass(40 * secondMs);
  expect(clock.getState().now).toBe(0);
  clock.getState().watch(24 * hourMs);
  await Promise.resolve();
  expect(clock.getState().now).toBe(40 * secondMs);
});

it('sleeps while hidden and is right as soon as it is shown again', async () => {
  const { clock, ticks } = ticking();
  await tell(clock, 0);
  clock.getState().watch(5 * minuteMs);
  clock.getState().setVisible(false);
  const before = ticks();
  pass(hourMs);
  expect(ticks()).toBe(before);
  clock.getState().setVisible(true);
  expect(clock.getState().now).toBe(hourMs);
});

it('is never behind the relay, however long the answer waited, and asks again after a slow one', async () => {
  const { clock } = ticking();
  const begunAt = performance.now();
  const relayNow = () => 5_000_000 + performance.now() - begunAt;
  const waitsMs = [8_000, 20];
  await clock.getState().ask(async () => {
    const serverNow = Math.floor(relayNow());
    pass(waitsMs.shift() ?? 0);
    return { serverNow, atLeast: serverNow };
  });
  expect(waitsMs).toEqual([]);
  expect(clock.getState().now).toBeGreaterThanOrEqual(relayNow());
  expect(clock.getState().now).toBeLessThan(relayNow() + 50);
});

it('ignores an answer that a later question has overtaken', async () => {
  const { clock } = ticking();
  let answer: (told: { serverNow: number; atLeast: null }) => void = () => undefined;
  const first = clock.getState().ask(() => new Promise((resolve) => void (answer = resolve)));
  await tell(clock, 7_000);
  answer({ serverNow: 1, atLeast: null });
  await first;
  expect(clock.getState().now).toBe(7_000);
});
