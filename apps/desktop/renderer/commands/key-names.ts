import { text } from '../text/en.ts';
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
const names: Readonly<Record<string, string>> = { ArrowDown: '↓', ArrowUp: '↑', Escape: 'Esc' };

function shownKey(key: string): string {
  if (isShifted(key)) return `Shift ${key}`;
  const [first = '', second] = key.split(' ');
  if (second !== undefined) return `${shownKey(first)} ${text.thenKey} ${shownKey(second)}`;
  const parts = key.split('+').map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part));
  return parts.join(' ');
}
