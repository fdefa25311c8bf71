import { afterEach, expect, test, vi } from 'vitest';
import { createRetries } from './retries.ts';

afterEach(() => void vi.useRealTimers());

test.each([
  ['when the work is retried', () => vi.advanceTimersByTime(1_000)],
  ['when the work is requested again before that', (run: () => void) => run()],
])('reports recovery %s', (_name, later) => {
  vi.useFakeTimers();
  let isHeld = true;
  const said: string[] = [];
  const retries = createRetries({
    failed: () => void said.push('failed'),
    recovered: () => void said.push('recovered'),
  });
  const run = () =>
    retries.run('work', () => {
      if (isHeld) throw new Error('held');
    });
  run();
  isHeld = false;
  later(run);
  expect(said).toEqual(['failed', 'recovered']);
  retries.close();
});
