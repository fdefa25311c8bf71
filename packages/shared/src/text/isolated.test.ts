import { expect, it } from 'vitest';
import { en } from './en.ts';
import { isolated } from './isolated.ts';

it('isolates a name and removes marks that would reverse the sentence', () => {
  expect(isolated('\u064A\u0648\u0633\u0641')).toBe('\u2068\u064A\u0648\u0633\u0641\u2069');
  expect(isolated('Eve\u202Egro.live\u202C')).toBe('\u2068Evegro.live\u2069');
  expect(isolated('\u2067Eve')).toBe('\u2068Eve\u2069');
});

it('every sentence that takes a name isolates it', () => {
  const hostile = 'Eve\u202E\u2067';
  // Notifications isolate names only where they must: see `announcement.ts`.
  const { notification: _notification, ...inWindows } = en;
  const told = sentencesWithName(inWindows).map(({ path, say }) => ({ path, words: say(hostile) }));
  expect(told.length).toBeGreaterThan(10);
  expect(told.filter(({ words }) => !words.includes(isolated(hostile)) || words.includes(hostile))).toEqual([]);
});

/** The catalogue's functions with a parameter called `name`, in any position. */
function sentencesWithName(part: object, path = 'en'): { path: string; say: (name: string) => string }[] {
  return Object.entries(part).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value === 'function') {
      const names = parameters(value.toString());
      if (!names.includes('name')) return [];
      const say = (name: string): string =>
        String(value(...names.map((parameter) => (parameter === 'name' ? name : '…'))));
      return [{ path: `${path}.${key}`, say }];
    }
    return typeof value === 'object' && value !== null ? sentencesWithName(value, `${path}.${key}`) : [];
  });
}

function parameters(source: string): string[] {
  return (/^\(([^)]*)\)/u.exec(source)?.[1] ?? '')
    .split(',')
    .map((parameter) => parameter.trim().split(/\W/u)[0] ?? '');
}
