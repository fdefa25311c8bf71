import { secondMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { Unacknowledged } from './unacknowledged.ts';

it('makes a device that takes pages without acknowledging them wait longer and longer, until it acknowledges one', () => {
  const unacknowledged = new Unacknowledged();
  const pauses = Array.from({ length: 10 }, () => {
    unacknowledged.noteSent('a');
    return unacknowledged.pauseMs('a') / secondMs;
  });
  expect(pauses).toEqual([0, 0, 2, 4, 8, 16, 30, 30, 30, 30]);
  expect(unacknowledged.pauseMs('b')).toBe(0);
  unacknowledged.noteAcknowledged('a');
  expect(unacknowledged.pauseMs('a')).toBe(0);
});
