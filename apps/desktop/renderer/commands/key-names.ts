import { text } from '../text/spoken.ts';
import { type CommandId, commands } from './commands.ts';

/** For `aria-keyshortcuts`. */
export function ariaKeys(command: CommandId): string {
  return commands[command].keys
    .filter((key) => !key.includes(' '))
    .map((key) => (isShifted(key) ? `Shift+${key}` : key.replace('Ctrl+', 'Control+')))
    .join(' ');
}

/** For tooltips and lists, as printed on keyboards. */
export function shownKeys(command: CommandId): readonly string[] {
  return commands[command].keys.map(shownKey);
}

const isShifted = (key: string): boolean => /^[A-Z]$/.test(key);

function shownKey(key: string): string {
  const names: Readonly<Record<string, string>> = text.keys.names;
  if (isShifted(key)) return `${text.keys.names.Shift} ${key}`;
  const [first = '', second] = key.split(' ');
  if (second !== undefined) return text.keys.sequence(shownKey(first), shownKey(second));
  const parts = key.split('+').map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part));
  return parts.join(' ');
}
