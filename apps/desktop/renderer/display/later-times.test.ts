import { hourMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { laterTimes } from './later-times.ts';

/** 20 November 2026 is a Friday. Local time, as mornings are. */
const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute).getTime();

it('offers whole minutes and the next mornings', () => {
  const now = at(20, 15, 10) + 12_345;
  expect(laterTimes(now)).toEqual([
    { id: 'hour', at: at(20, 15, 10) + hourMs },
    { id: 'threeHours', at: at(20, 15, 10) + 3 * hourMs },
    { id: 'tomorrow', at: at(21, 9) },
    { id: 'monday', at: at(23, 9) },
  ]);
});

it('offers one Monday: on a Sunday it is tomorrow, on a Monday that of next week', () => {
  expect(laterTimes(at(22, 12)).map(({ id }) => id)).toEqual(['hour', 'threeHours', 'tomorrow']);
  expect(laterTimes(at(22, 12)).at(-1)?.at).toBe(at(23, 9));
  expect(laterTimes(at(23, 12)).at(-1)).toEqual({ id: 'monday', at: at(30, 9) });
});
