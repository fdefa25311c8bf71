import { describe, expect, it } from 'vitest';
import { commandIds, commands } from './commands.ts';
import { ariaKeys, shownKeys } from './key-names.ts';

describe('the keys of all commands', () => {
  it('give no key two meanings', () => {
    const keys = commandIds.flatMap((id) => commands[id].keys);
    expect(new Set(keys).size).toBe(keys.length);
  });
  it('have no sequence that begins with a key that already means something', () => {
    const keys = commandIds.flatMap((id) => commands[id].keys);
    const begins = keys.filter((key) => key.includes(' ')).map((key) => key.split(' ')[0]!);
    expect(begins.filter((key) => keys.includes(key))).toEqual([]);
  });
  it('never use Alt', () =>
    expect(commandIds.flatMap((id) => commands[id].keys).filter((key) => key.includes('Alt'))).toEqual([]));
});

it('writes keys for screen readers as they expect them', () => {
  expect(ariaKeys('release')).toBe('Shift+C');
  expect(ariaKeys('palette')).toBe('Control+k');
  expect(ariaKeys('goInbox')).toBe('');
});

it('writes keys for people as printed on keyboards', () => {
  const shown = (
    ['next', 'release', 'palette', 'goInbox', 'back', 'undo', 'send', 'previousPane', 'theme', 'keys'] as const
  ).map((id) => shownKeys(id).join(', '));
  expect(shown).toEqual([
    'J, ↓',
    'Shift C',
    'Ctrl K',
    'G then I',
    'Esc, U',
    'Z, Ctrl Z',
    'Ctrl Enter',
    'Shift F6',
    'Ctrl Shift L',
    '?',
  ]);
});
