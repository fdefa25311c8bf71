import * as z from 'zod';
import { idSchema } from '../ids.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { dayMs } from '../time.ts';
import { type Command, commandSchema } from './command.ts';
import { reasonForNever } from './never.ts';

/**
 * A command with an id made by its sender: sent twice, it happens once and gets the first answer again. The same id with another body is
 * refused (`id_reused`).
 */
export const commandEnvelopeSchema = z.strictObject({ id: idSchema, command: commandSchema });
export type CommandEnvelope = { readonly id: string; readonly command: Command };

/** `messageId` and `state` are set for commands that made a message; for one that was taken back, only its id. */
export type CommandAnswer =
  | { readonly ok: true; readonly messageId: string | null; readonly state: 'queued' | 'received' | null }
  | { readonly ok: false; readonly refusal: Refusal };

/** Reads what a desk or a script sent; a wrong shape is an answer, not an exception. */
export function readCommandEnvelope(
  input: unknown,
): { ok: true; envelope: CommandEnvelope } | { ok: false; refusal: Refusal } {
  const parsed = commandEnvelopeSchema.safeParse(input);
  if (parsed.success) return { ok: true, envelope: parsed.data };
  const kind = (input as { command?: { kind?: unknown } } | null)?.command?.kind;
  const reason = reasonForNever(kind);
  if (reason !== null) return { ok: false, refusal: refuse(reason) };
  return { ok: false, refusal: wrongShape(parsed.error) };
}

/** How long a relay recognizes the id of a command. One that is repeated later counts as new, and what it asks for is done twice. */
export const commandIdsKnownForMs = 30 * dayMs;

const maxProblemsLength = 500;

/** What is wrong, for whoever wrote the program. Only its beginning: it repeats names of unknown fields, however long they are. */
export function wrongShape(error: z.ZodError): Refusal {
  return refuse('invalid_request.shape', { problems: z.prettifyError(error).slice(0, maxProblemsLength) });
}
