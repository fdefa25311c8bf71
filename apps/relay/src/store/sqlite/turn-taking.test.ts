import { expect, it } from 'vitest';
import { TurnTaking } from './turn-taking.ts';

/** Blocks the event loop for a millisecond, as a few statements do. */
async function workHard(): Promise<void> {
  const until = performance.now() + 1;
  while (performance.now() < until);
}

it('lets webhooks go first, and others run for some milliseconds after each of them', async () => {
  const turns = new TurnTaking();
  const seen: string[] = [];
  const note = (name: string) => async () => {
    seen.push(name);
    await workHard();
  };
  const first = turns.take(async () => {
    await new Promise(setImmediate);
  }, 'desks');
  const desks = Array.from({ length: 100 }, () => turns.take(note('desk'), 'desks'));
  const webhooks = Array.from({ length: 10 }, () => turns.take(note('webhook'), 'webhooks', 'intake'));
  await Promise.all([first, ...desks, ...webhooks]);
  expect(seen[0]).toBe('webhook');
  const between = seen
    .join(' ')
    .split('webhook')
    .slice(1, -1)
    .map((desksBetween) => desksBetween.trim().split(' ').length);
  // A turn that takes a millisecond may take longer on a busy machine, so fewer may fit.
  expect(Math.min(...between)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...between)).toBeLessThanOrEqual(5);
});

it('gives the event loop its turns, however much work is queued', async () => {
  const turns = new TurnTaking();
  let loopTurns = 0;
  let done = false;
  const turn = (): void => {
    loopTurns += 1;
    if (!done) setImmediate(turn);
  };
  setImmediate(turn);
  await Promise.all(
    Array.from({ length: 200 }, (_, n) => turns.take(workHard, 'a', n % 2 === 0 ? 'intake' : 'ordinary')),
  );
  done = true;
  expect(loopTurns).toBeGreaterThan(20);
});

it('goes on after failed work, and rejects only its owner', async () => {
  const turns = new TurnTaking();
  const failing = turns.take(() => Promise.reject(new Error('this one')), 'a');
  const next = turns.take(async () => 'next', 'a');
  await expect(failing).rejects.toThrow('this one');
  expect(await next).toBe('next');
});

it('keeps the order of a queue of thousands', async () => {
  const turns = new TurnTaking();
  const seen: number[] = [];
  await Promise.all(Array.from({ length: 5_000 }, (_, n) => turns.take(async () => void seen.push(n), 'a')));
  expect(seen).toEqual(Array.from({ length: 5_000 }, (_, n) => n));
});

it('lets lines take turns, however long one of them is, and keeps the last turn for the end', async () => {
  const turns = new TurnTaking();
  const seen: string[] = [];
  const note = (name: string) => () => {
    seen.push(name);
    return workHard();
  };
  const first = turns.take(() => new Promise(setImmediate), 'large');
  const last = turns.takeLast(note('last'));
  const large = Array.from({ length: 100 }, () => turns.take(note('large'), 'large'));
  const small = [1, 2].map(() => turns.take(note('small'), 'small'));
  await Promise.all([first, last, ...large, ...small]);
  expect(seen.slice(0, 4).toSorted()).toEqual(['large', 'large', 'small', 'small']);
  expect(seen.at(-1)).toBe('last');
});

it('does as many small pieces of work of a line as fit in one turn', async () => {
  const turns = new TurnTaking();
  const seen: string[] = [];
  const first = turns.take(() => new Promise(setImmediate), 'large');
  const large = Array.from({ length: 20 }, () => turns.take(workHard, 'large').then(() => seen.push('large')));
  const small = Array.from({ length: 500 }, () => turns.take(async () => void seen.push('small'), 'small'));
  await Promise.all([first, ...large, ...small]);
  const largeBefore = seen.slice(0, seen.lastIndexOf('small')).filter((name) => name === 'large').length;
  // With one piece of work per turn, all of the large ones would have come before.
  expect(largeBefore).toBeLessThan(10);
});
