import { afterEach, expect, it, vi } from 'vitest';
import { AgencyTurns } from './agency-turns.ts';

afterEach(() => void vi.useRealTimers());
const limits = { atOnce: 96, ofAgency: 64, maxMs: 2_000 };
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Desks that ask for a turn and keep it until they are told to end. */
function openTurns() {
  const turns = new AgencyTurns(limits);
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  return {
    begun,
    ask: (agencyId: string, count = 1): Promise<void>[] =>
      Array.from({ length: count }, () =>
        turns.take(agencyId, () => {
          begun.push(agencyId);
          return new Promise<void>((resolve) => ends.push(resolve));
        }),
      ),
    endOne: async () => {
      ends.shift()?.();
      await settled();
    },
    turns,
  };
}

it('lets some desks of an agency catch up at once, and the next one when one of them ends', async () => {
  const { ask, begun, endOne } = openTurns();
  void ask('large', 1_000);
  await settled();
  const atOnce = begun.length;
  expect(atOnce).toBe(limits.ofAgency);
  await endOne();
  expect(begun).toHaveLength(atOnce + 1);
});

it('keeps room for other agencies, and lets agencies take turns when there is none', async () => {
  const { ask, begun, endOne } = openTurns();
  void ask('large', 1_000);
  await settled();
  void ask('small');
  await settled();
  expect(begun.at(-1)).toBe('small');
  void ask('other', 1_000);
  await settled();
  void ask('third', 2);
  const before = begun.length;
  for (let n = 0; n < 3; n += 1) await endOne();
  expect(new Set(begun.slice(before))).toEqual(new Set(['large', 'other', 'third']));
});

it('grants every turn eventually, even after turns that failed', async () => {
  const turns = new AgencyTurns(limits);
  const failing = Array.from({ length: 500 }, () => turns.take('a', () => Promise.reject(new Error('gone'))));
  const ending = Array.from({ length: 500 }, (_, n) => turns.take('a', () => settled().then(() => n)));
  expect((await Promise.allSettled(failing)).every(({ status }) => status === 'rejected')).toBe(true);
  expect(await Promise.all(ending)).toEqual(Array.from({ length: 500 }, (_, n) => n));
});

it('does not wait for desks that hang', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { ask, begun } = openTurns();
  void ask('a', 1_000);
  await settled();
  const atOnce = begun.length;
  await vi.advanceTimersByTimeAsync(limits.maxMs);
  expect(begun).toHaveLength(2 * atOnce);
});

it('tells a desk that takes too long that its turn is over', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const turns = new AgencyTurns({ atOnce: 2, ofAgency: 1, maxMs: 1_000 });
  const told: string[] = [];
  void turns.take(
    'a',
    () => new Promise(() => undefined),
    () => told.push('a'),
  );
  const quick = turns.take('b', settled, () => told.push('b'));
  const next = turns.take('a', settled, () => told.push('a again'));
  await quick;
  await vi.advanceTimersByTimeAsync(1_000);
  await next;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual(['a']);
});
