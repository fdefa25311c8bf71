import { afterEach, expect, test, vi } from 'vitest';
import { watchSleep } from './sleep-watch.ts';

afterEach(() => void vi.useRealTimers());

test('a look that comes much later by the system\u2019s uptime had a sleep before it; a clock that was set had not', () => {
  vi.useFakeTimers();
  let sleptMs = 0;
  const startedAt = performance.now();
  let woke = 0;
  const stop = watchSleep(
    () => void (woke += 1),
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
