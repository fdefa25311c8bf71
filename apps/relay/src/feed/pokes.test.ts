import { afterEach, expect, it, vi } from 'vitest';
import { Pokes } from './pokes.ts';

afterEach(() => void vi.useRealTimers());
const settled = async (promise: Promise<unknown>) =>
  (await Promise.race([
    promise.then(() => 'woken'),
    new Promise((resolve) => setImmediate(resolve, 'asleep')),
  ])) as string;

it('wakes the listeners of that agency, and nobody else', async () => {
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

it('wakes when aborted, and stops listening', async () => {
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

it('wakes a crowd together, again only after a while, and for the last poke too', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const pokes = new Pokes();
  const listeners = Array.from({ length: 100 }, () => pokes.listen('a', new AbortController().signal));
  pokes.poke('a');
  await Promise.all(listeners.map((listener) => listener.next()));
  for (const listener of listeners) listener.reset();
  const round = pokes.roundOf('a');
  const again = Promise.all(listeners.map((listener) => listener.next()));
  for (let n = 0; n < 10; n += 1) pokes.poke('a');
  expect(await settled(again)).toBe('asleep');
  expect(pokes.roundOf('a')).toBe(round);
  await vi.advanceTimersByTimeAsync(1_000);
  await again;
  expect(pokes.roundOf('a')).toBe(round + 1);
});

it('begins no round while many are still in the previous one, but does not wait for them forever', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const pokes = new Pokes();
  const listeners = Array.from({ length: 100 }, () => pokes.listen('a', new AbortController().signal));
  const first = Promise.all(listeners.map((listener) => listener.next()));
  pokes.poke('a');
  await first;
  for (const listener of listeners) listener.reset();
  const [quick] = listeners;
  const woken = quick!.next();
  pokes.poke('a');
  await vi.advanceTimersByTimeAsync(1_500);
  expect(await settled(woken)).toBe('asleep');
  await vi.advanceTimersByTimeAsync(1_500);
  await woken;
});
