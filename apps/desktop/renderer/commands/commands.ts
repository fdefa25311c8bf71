import type { Desk } from '../desk.ts';
import { actedOn } from '../stores/view.ts';
import { text } from '../text/spoken.ts';
import type { Asked, Command } from './command.ts';
import { conversationCommands } from './conversation-commands.ts';
import { listCommands } from './list-commands.ts';
import { windowCommands } from './window-commands.ts';

const defined = { ...listCommands, ...conversationCommands, ...windowCommands };
export type CommandId = keyof typeof defined;

/** Everything that a person can ask of the desk, in listed order. */
export const commands: Readonly<Record<CommandId, Command>> = defined;
export const commandIds = Object.keys(defined) as readonly CommandId[];

/** What a command is called. A command without a name in the catalogue does not compile. */
export function labelOf(id: CommandId): string {
  const labels: Readonly<Record<CommandId, string>> = text.command;
  return labels[id];
}

/** Runs a command where it applies: on the conversation being read or with the ring, unless `asked` names another one. */
export function runCommand(desk: Desk, id: CommandId, asked: Partial<Asked> = {}): void {
  const { applies, run } = commands[id];
  const whole = { isArrow: false, isRepeat: false, conversationId: actedOn(desk.view.getState()), ...asked };
  if (applies?.(desk, whole) ?? true) run?.(desk, whole);
}
