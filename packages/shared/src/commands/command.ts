import * as z from 'zod';
import type { Person } from '../documents/agency.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { type CommandDefinition, commands } from './table.ts';

export type CommandKind = keyof typeof commands;
export const commandKinds = Object.keys(commands) as CommandKind[];

/** The fields of a command besides its kind. */
export type CommandInput<K extends CommandKind> = z.infer<(typeof commands)[K]['input']>;
export type CommandOf<K extends CommandKind> = { readonly kind: K } & CommandInput<K>;
export type Command = { [K in CommandKind]: CommandOf<K> }[CommandKind];

/** Commands whose words become a message. */
export type MessageCommandKind = {
  [K in CommandKind]: (typeof commands)[K]['makes'] extends null ? never : K;
}[CommandKind];

export function definitionOf(kind: CommandKind): CommandDefinition {
  return commands[kind];
}

const shapes = commandKinds.map((kind) => z.strictObject({ kind: z.literal(kind), ...commands[kind].input.shape }));
/** The type checker cannot follow a union through a table; `Command` is made from the same one. */
export const commandSchema = z.discriminatedUnion(
  'kind',
  shapes as [(typeof shapes)[number]],
) as unknown as z.ZodType<Command>;

/** Whether this person may give such a command at all; what it is about may still bar it. */
export function checkRole({ role }: Pick<Person, 'role'>, kind: CommandKind): Refusal | null {
  if (role === 'unknown') return refuse('client_too_old.role');
  const { roles } = definitionOf(kind);
  if (roles.includes(role)) return null;
  return refuse(roles.includes('agent') ? 'forbidden.viewer' : 'forbidden.owners_only');
}
