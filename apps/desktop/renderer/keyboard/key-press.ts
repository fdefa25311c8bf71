import { type CommandId, commandIds, commands } from '../commands/commands.ts';

/**
 * What a key press asks for. Single keys act only outside text fields and outside input methods; nothing uses Alt or AltGr, which type
 * letters in many layouts; letters are taken from what was typed (`key`). Only where that is in a script other than Latin (Russian, Arabic,
 * Kana…) does the position of the key (`code`) decide, as it does for Ctrl in every other program there.
 */

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

const byKeys = new Map(commandIds.flatMap((id) => commands[id].keys.map((key) => [key, id] as const)));
const prefixes = new Set(
  [...byKeys.keys()].filter((keys) => keys.includes(' ')).map((keys) => keys.split(' ')[0] ?? ''),
);

/** The command of a key press; `prefix` is the key before it ("g") when that one started a sequence. */
export function commandFor(
  press: KeyPress,
  prefix: string | null,
):
  | { readonly kind: 'command'; readonly command: CommandId }
  | { readonly kind: 'prefix'; readonly key: string }
  | { readonly kind: 'none' } {
  if (press.isComposing || press.altKey || press.isAltGraph) return { kind: 'none' };
  const isChord = press.ctrlKey || press.metaKey;
  const typed = latinKey(press);
  const isCharacter = typed.length === 1;
  // A function key types nothing, so it works in fields, too. Ctrl+Z belongs to the field there.
  if (press.isInField && !isChord && !/^F\d+$/.test(typed)) return { kind: 'none' };
  const shift = press.shiftKey && (isChord || !isCharacter) ? 'Shift+' : '';
  const key = `${isChord ? 'Ctrl+' : ''}${shift}${isChord && isCharacter ? typed.toLowerCase() : typed}`;
  if (!isChord && prefix === null && prefixes.has(key)) return { kind: 'prefix', key };
  const command = byKeys.get(prefix === null || isChord ? key : `${prefix} ${key}`);
  if (command === undefined || (press.isInField && commands[command].isOfFields === true)) return { kind: 'none' };
  return { kind: 'command', command };
}

/** The Latin character of the key: its own character, unless that is in another script. */
function latinKey({ key, code, shiftKey }: KeyPress): string {
  // Russian and Hebrew have the full stop and the comma where the slash is.
  const isSlash = code === 'Slash' && (key === '.' || key === ',');
  if (key.length !== 1 || (!isSlash && /^[\p{scx=Latin}\p{scx=Common}]$/u.test(key))) return key;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter !== undefined) return shiftKey ? letter : letter.toLowerCase();
  if (code === 'Slash') return shiftKey ? '?' : '/';
  return code === 'BracketLeft' && !shiftKey ? '[' : key;
}
