import { describe, expect, it } from 'vitest';
import { commandFor, type KeyPress } from './key-press.ts';

const press = (key: string, change: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  isAltGraph: false,
  isComposing: false,
  isInField: false,
  ...change,
});
const command = (key: string, change: Partial<KeyPress> = {}, prefix: string | null = null) => {
  const meaning = commandFor(press(key, change), prefix);
  return meaning.kind === 'command' ? meaning.command : meaning.kind;
};

describe('a key', () => {
  it('acts outside of fields and types inside of them', () => {
    expect(command('j')).toBe('next');
    expect(command('j', { isInField: true })).toBe('none');
    expect(command('Escape', { isInField: true })).toBe('none');
  });
  it('is left to input methods, Alt and AltGr', () => {
    expect(command('n', { isComposing: true })).toBe('none');
    expect(command('n', { altKey: true })).toBe('none');
    expect(command('[', { ctrlKey: true, isAltGraph: true })).toBe('none');
    expect(command('e', { ctrlKey: true })).toBe('none');
  });
  it('differs with Shift', () => {
    expect(command('c')).toBe('claim');
    expect(command('C', { shiftKey: true })).toBe('release');
    expect(command('?', { shiftKey: true })).toBe('keys');
  });
  it('with Ctrl or Command works in fields too', () => {
    expect(command('k', { ctrlKey: true, isInField: true })).toBe('palette');
    expect(command('K', { metaKey: true, isInField: true })).toBe('palette');
  });
  it('after g goes somewhere, and an unknown one goes nowhere', () => {
    expect(command('g')).toBe('prefix');
    expect(command('i', {}, 'g')).toBe('goInbox');
    expect(command('h', {}, 'g')).toBe('goHandoffs');
    expect(command('c', {}, 'g')).toBe('none');
  });
});

describe('a layout', () => {
  it.each([
    ['Russian j', 'о', 'KeyJ', {}, 'next'],
    ['Russian Shift+c', 'С', 'KeyC', { shiftKey: true }, 'release'],
    ['Russian Ctrl+k', 'л', 'KeyK', { ctrlKey: true }, 'palette'],
    ['Russian [', 'х', 'BracketLeft', {}, 'context'],
    ['Russian /', '.', 'Slash', {}, 'search'],
    ['Russian ?', ',', 'Slash', { shiftKey: true }, 'keys'],
    ['Greek j', 'ξ', 'KeyJ', {}, 'next'],
    ['Greek n', 'ν', 'KeyN', {}, 'note'],
    ['Arabic j', 'ت', 'KeyJ', {}, 'next'],
    ['Arabic /', 'ظ', 'Slash', {}, 'search'],
    ['Arabic ?', '؟', 'Slash', { shiftKey: true }, 'keys'],
    ['Hebrew k', 'ל', 'KeyK', {}, 'previous'],
    ['Kana j', 'ま', 'KeyJ', {}, 'next'],
    ['Kana [', '゛', 'BracketLeft', {}, 'context'],
    // Latin letters are where they are printed.
    ['AZERTY a', 'a', 'KeyQ', {}, 'none'],
    ['AZERTY z', 'z', 'KeyW', {}, 'undo'],
    ['AZERTY !', '!', 'Slash', {}, 'none'],
    ['AZERTY §', '§', 'Slash', { shiftKey: true }, 'none'],
    ['Dvorak j', 'j', 'KeyC', {}, 'next'],
    ['German z', 'z', 'KeyY', {}, 'undo'],
    ['German ü', 'ü', 'BracketLeft', {}, 'none'],
    ['German -', '-', 'Slash', {}, 'none'],
    ['German /', '/', 'Digit7', { shiftKey: true }, 'search'],
    ['Polish AltGr+n', 'ń', 'KeyN', { isAltGraph: true }, 'none'],
    ['Polish AltGr+e on Windows', 'ę', 'KeyE', { isAltGraph: true, ctrlKey: true, altKey: true }, 'none'],
  ] as const)('%s', (_name, key, code, change, expected) => {
    expect(command(key, { code, ...change })).toBe(expected);
  });

  it('begins a sequence by the position of its key', () => {
    expect(command('п', { code: 'KeyG' })).toBe('prefix');
    expect(command('ш', { code: 'KeyI' }, 'g')).toBe('goInbox');
  });
});

describe('keys that type nothing', () => {
  it('move between panes, even in fields', () => {
    expect(command('F6', { isInField: true })).toBe('nextPane');
    expect(command('F6', { isInField: true, shiftKey: true })).toBe('previousPane');
  });
  it('leave undo to the field that is typed in', () => {
    expect(command('z', { ctrlKey: true })).toBe('undo');
    expect(command('z', { ctrlKey: true, isInField: true })).toBe('none');
  });
});
