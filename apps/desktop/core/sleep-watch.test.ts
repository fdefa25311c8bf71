import { afterEach, expect, test, vi } from 'vitest';
import { watchSleep } from './sleep-watch.ts';

afterEach(() => void vi.useRealTimers());

test('a nap of seconds counts too: a countdown would be that much too long', () => {
  vi.useFakeTimers();
  let sleptMs = 0;
  const woke: boolean[] = [];
  const stop = watchSleep(
    (hasSlept) => void woke.push(hasSlept),
    () => performance.now() + sleptMs,
  );
  vi.advanceTimersByTime(10_000);
  sleptMs += 2_000;
  vi.advanceTimersByTime(1_000);
  expect(woke).toEqual([true]);
  vi.advanceTimersByTime(60_000);
  expect(woke).toEqual([true]);
  stop();
});

test('where monotonic clocks continue during sleep, only the connection is checked', () => {
  vi.useFakeTimers();
  let passedMs = 0;
  const woke: boolean[] = [];
  const clock = () => performance.now() + passedMs;
  const stop = watchSleep((hasSlept) => void woke.push(hasSlept), clock, clock);
  vi.advanceTimersByTime(10_000);
  passedMs += 3_600_000;
  vi.advanceTimersByTime(1_000);
  expect(woke).toEqual([false]);
  stop();
});

test('a check that is much later by the system\u2019s uptime means a sleep; a clock that was set does not', () => {
  vi.useFakeTimers();
  let sleptMs = 0;
  const startedAt = performance.now();
  let woke = 0;
  const stop = watchSleep(
    (hasSlept) => void (woke += Number(hasSlept)),
    () => performance.now() - startedAt + sleptMs,
  );
  vi.advanceTimersByTime(60_000);
  expect(woke).toBe(0);
  // The lid was shut: timers and monotonic clocks stood still meanwhile.
  sleptMs += 3_600_000;
  vi.advanceTimersByTime(5_000);
  expect(woke).toBe(1);
  vi.advanceTimersByTime(60_000);
  expect(woke).toBe(1);
  vi.setSystemTime(Date.now() + 20 * 60_000);
  vi.advanceTimersByTime(60_000);
  expect(woke).toBe(1);
  stop();
  sleptMs += 3_600_000;
  vi.advanceTimersByTime(60_000);
  expect(woke).toBe(1);
});
