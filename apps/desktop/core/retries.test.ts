import { afterEach, expect, test, vi } from 'vitest';
import { createRetries } from './retries.ts';

afterEach(() => void vi.useRealTimers());

test.each([
  ['when it is tried again', () => vi.advanceTimersByTime(1_000)],
  ['when it is asked for again before that', (run: () => void) => run()],
])('says that all is well again %s', (_name, later) => {
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
