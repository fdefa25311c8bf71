import { text } from '../text/en.ts';

/**
 * The keyboard map. Single keys act only outside text fields and outside input methods; nothing uses Alt or AltGr, which
 * type letters in many layouts; letters are taken from what was typed (`key`). Only where that is of another script than the map
 * (Russian, Arabic, Kana…), the place of the key (`code`) decides, as it does for Ctrl in every other program there.
 */
export type CommandName = keyof typeof text.command;

export type Shortcut = {
  readonly command: CommandName;
  /** As `event.key` gives them. `g i` is one key after the other; `Ctrl+` stands for Ctrl or, on macOS, Command. */
  readonly keys: readonly string[];
  readonly group: keyof typeof text.keyGroup;
};

export const shortcuts: readonly Shortcut[] = [
  { command: 'next', keys: ['j', 'ArrowDown'], group: 'list' },
  { command: 'previous', keys: ['k', 'ArrowUp'], group: 'list' },
  { command: 'open', keys: ['Enter', 'o'], group: 'list' },
  { command: 'back', keys: ['Escape', 'u'], group: 'list' },
  { command: 'reply', keys: ['r'], group: 'conversation' },
  { command: 'privateReply', keys: ['R'], group: 'conversation' },
  { command: 'note', keys: ['n'], group: 'conversation' },
  { command: 'claim', keys: ['c'], group: 'conversation' },
  { command: 'release', keys: ['C'], group: 'conversation' },
  { command: 'resolve', keys: ['e'], group: 'conversation' },
  { command: 'reopen', keys: ['E'], group: 'conversation' },
  { command: 'undo', keys: ['z', 'Ctrl+z'], group: 'conversation' },
  { command: 'send', keys: ['Ctrl+Enter'], group: 'conversation' },
  { command: 'search', keys: ['/'], group: 'everywhere' },
  { command: 'palette', keys: ['Ctrl+k'], group: 'everywhere' },
  { command: 'goInbox', keys: ['g i'], group: 'everywhere' },
  { command: 'goHandoffs', keys: ['g h'], group: 'everywhere' },
  { command: 'context', keys: ['['], group: 'everywhere' },
  { command: 'nextPane', keys: ['F6'], group: 'everywhere' },
  { command: 'previousPane', keys: ['Shift+F6'], group: 'everywhere' },
  { command: 'theme', keys: ['Ctrl+Shift+l'], group: 'everywhere' },
  { command: 'keys', keys: ['?'], group: 'everywhere' },
];

/** The part of a KeyboardEvent that decides. */
export type KeyPress = {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly isAltGraph: boolean;
  readonly isComposing: boolean;
  /** Whether it was pressed in a text field. */
  readonly isInField: boolean;
};

const byKeys = new Map(shortcuts.flatMap(({ command, keys }) => keys.map((key) => [key, command] as const)));
const prefixes = new Set(
  [...byKeys.keys()].filter((keys) => keys.includes(' ')).map((keys) => keys.split(' ')[0] ?? ''),
);

/** The command of a key press; `prefix` is the key before it ("g") when that one started a sequence. */
export function commandFor(
  press: KeyPress,
  prefix: string | null,
):
  | { readonly kind: 'command'; readonly command: CommandName }
  | { readonly kind: 'prefix'; readonly key: string }
  | { readonly kind: 'none' } {
  if (press.isComposing || press.altKey || press.isAltGraph) return { kind: 'none' };
  const isChord = press.ctrlKey || press.metaKey;
  const typed = latinKey(press);
  const isCharacter = typed.length === 1;
  // A function key types nothing, so it works in fields, too. There Ctrl+Z is the field's own.
  if (press.isInField && !isChord && !/^F\d+$/.test(typed)) return { kind: 'none' };
  const shift = press.shiftKey && (isChord || !isCharacter) ? 'Shift+' : '';
  const key = `${isChord ? 'Ctrl+' : ''}${shift}${isChord && isCharacter ? typed.toLowerCase() : typed}`;
  if (!isChord && prefix === null && prefixes.has(key)) return { kind: 'prefix', key };
  const command = byKeys.get(prefix === null || isChord ? key : `${prefix} ${key}`);
  if (command === undefined || (command === 'undo' && press.isInField)) return { kind: 'none' };
  return { kind: 'command', command };
}

/** What the key types where letters are Latin: its own character, unless that is of another script. */
function latinKey({ key, code, shiftKey }: KeyPress): string {
  // Russian and Hebrew have the full stop and the comma where the slash is.
  const isSlash = code === 'Slash' && (key === '.' || key === ',');
  if (key.length !== 1 || (!isSlash && /^[\p{scx=Latin}\p{scx=Common}]$/u.test(key))) return key;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter !== undefined) return shiftKey ? letter : letter.toLowerCase();
  if (code === 'Slash') return shiftKey ? '?' : '/';
  return code === 'BracketLeft' && !shiftKey ? '[' : key;
}

/** For `aria-keyshortcuts`. */
export function ariaKeys(command: CommandName): string {
  const keys = shortcuts.find((shortcut) => shortcut.command === command)?.keys ?? [];
  return keys
    .filter((key) => !key.includes(' '))
    .map((key) => (/^[A-Z]$/.test(key) ? `Shift+${key}` : key.replace('Ctrl+', 'Control+')))
    .join(' ');
}

/** For tooltips and lists, as printed on keyboards. */
export function shownKeys(command: CommandName): readonly string[] {
  return (shortcuts.find((shortcut) => shortcut.command === command)?.keys ?? []).map(shownKey);
}

function shownKey(key: string): string {
  if (/^[A-Z]$/.test(key)) return `Shift ${key}`;
  if (key.length === 1) return key.toUpperCase();
  const [first = '', second] = key.split(' ');
  if (second !== undefined) return `${first.toUpperCase()} ${text.thenKey} ${second.toUpperCase()}`;
  const names: Record<string, string> = {
    ArrowDown: '↓',
    ArrowUp: '↑',
    Escape: 'Esc',
    'Ctrl+k': 'Ctrl K',
    'Ctrl+z': 'Ctrl Z',
    'Shift+F6': 'Shift F6',
    'Ctrl+Enter': 'Ctrl Enter',
    'Ctrl+Shift+l': 'Ctrl Shift L',
  };
  return names[key] ?? key;
}
