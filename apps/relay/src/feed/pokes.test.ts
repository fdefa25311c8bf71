import { expect, it } from 'vitest';
import { Pokes } from './pokes.ts';

const settled = async (promise: Promise<unknown>) =>
  (await Promise.race([
    promise.then(() => 'woken'),
    new Promise((resolve) => setImmediate(resolve, 'asleep')),
  ])) as string;

it('wakes whoever listens for that agency, and nobody else', async () => {
  const pokes = new Pokes();
  using one = pokes.listen('a', new AbortController().signal);
  using other = pokes.listen('b', new AbortController().signal);
  const [mine, theirs] = [one.next(), other.next()];
  pokes.poke('a');
  expect(await settled(mine)).toBe('woken');
  expect(await settled(theirs)).toBe('asleep');
  pokes.pokeAll();
  expect(await settled(theirs)).toBe('woken');
});

it('remembers a poke that came while nobody waited, until it is reset', async () => {
  const pokes = new Pokes();
  using listener = pokes.listen('a', new AbortController().signal);
  pokes.poke('a');
  expect(await settled(listener.next())).toBe('woken');
  listener.reset();
  expect(await settled(listener.next())).toBe('asleep');
});

it('wakes at the end, and listens no more', async () => {
  const pokes = new Pokes();
  const ending = new AbortController();
  const listener = pokes.listen('a', ending.signal);
  const waiting = listener.next();
  ending.abort();
  expect(await settled(waiting)).toBe('woken');
  listener[Symbol.dispose]();
  listener.reset();
  pokes.poke('a');
  expect(await settled(listener.next())).toBe('woken');
});
