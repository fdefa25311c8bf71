import { expect, it } from 'vitest';
import { TurnTaking } from './turn-taking.ts';

/** Keeps the event loop for a millisecond, as a few statements do. */
async function workHard(): Promise<void> {
  const until = performance.now() + 1;
  while (performance.now() < until);
}

it('lets webhooks go first, and everybody else now and then', async () => {
  const turns = new TurnTaking();
  const seen: string[] = [];
  const note = (name: string) => async () => void seen.push(name);
  const first = turns.take(async () => {
    await new Promise(setImmediate);
  });
  const waiting = [
    ...['a', 'b'].map((name) => turns.take(note(name))),
    ...Array.from({ length: 10 }, () => turns.take(note('webhook'), 'intake')),
  ];
  await Promise.all([first, ...waiting]);
  expect(seen).toEqual([...Array(8).fill('webhook'), 'a', 'webhook', 'webhook', 'b']);
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
  await Promise.all(Array.from({ length: 200 }, (_, n) => turns.take(workHard, n % 2 === 0 ? 'intake' : 'ordinary')));
  done = true;
  expect(loopTurns).toBeGreaterThan(20);
});

it('goes on after work that failed, and tells only its owner', async () => {
  const turns = new TurnTaking();
  const failing = turns.take(() => Promise.reject(new Error('this one')));
  const next = turns.take(async () => 'next');
  await expect(failing).rejects.toThrow('this one');
  expect(await next).toBe('next');
});

it('keeps the order of a queue of thousands', async () => {
  const turns = new TurnTaking();
  const seen: number[] = [];
  await Promise.all(Array.from({ length: 5_000 }, (_, n) => turns.take(async () => void seen.push(n))));
  expect(seen).toEqual(Array.from({ length: 5_000 }, (_, n) => n));
});
