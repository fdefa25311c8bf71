import { createHash } from 'node:crypto';

/** The only source of randomness. A fork is its own stream, so that drawing ids never changes what a world draws. */
export type Random = {
  /** At least 0, less than 1. */
  next(): number;
  /** An integer from `min` to `max`, inclusive. */
  between(min: number, max: number): number;
  pick<T>(items: readonly [T, ...T[]]): T;
  /** `length` characters out of `alphabet`. */
  characters(alphabet: string, length: number): string;
  fork(name: string): Random;
};

export function createRandom(seed: string): Random {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0);

  // mulberry32: 32 bits of state are plenty for sample data, and it is the same on every machine.
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  const between = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    between,
    pick: (items) => items[between(0, items.length - 1)] ?? items[0],
    characters(alphabet, length) {
      let text = '';
      for (let n = 0; n < length; n += 1) text += alphabet.charAt(between(0, alphabet.length - 1));
      return text;
    },
    fork: (name) => createRandom(`${seed}/${name}`),
  };
}
