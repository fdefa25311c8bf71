import {
  type CommandInput,
  type CommandKind,
  commandKinds,
  commands,
  definitionOf,
  idSchema,
  type MessageCommandKind,
  refusalSchema,
} from '@transom/shared';
import * as z from 'zod';

export const outcome = z.union([
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), refusal: refusalSchema }),
]);

/**
 * What a window sends with words that become a message; they are on disk before it is answered, and are sent now or when the relay is back.
 */
const aboutWords = {
  conversationId: idSchema,
  /** A new UUIDv7, the id of the message. */
  clientMessageId: z.string().regex(/^[\w-]{1,100}$/),
  /** The number of the draft being sent; if another window has sent it since, nothing is sent. */
  draftRev: z.number().int().nonnegative().optional(),
};
export type AboutWords = z.infer<z.ZodObject<typeof aboutWords>>;

/** What a window sends with a command: the command's fields, and what goes with words if it has any. */
type WindowInput<K extends CommandKind> = CommandInput<K> & (K extends MessageCommandKind ? AboutWords : unknown);

/** One method per command of the table, under the same name. */
export const commandMethods = Object.fromEntries(
  commandKinds.map((kind) => {
    const isWords = definitionOf(kind).makes !== null;
    const input = z.strictObject({ ...commands[kind].input.shape, ...(isWords ? aboutWords : {}) });
    return [kind, { input, output: outcome }];
  }),
) as unknown as {
  readonly [K in CommandKind]: { readonly input: z.ZodType<WindowInput<K>>; readonly output: typeof outcome };
};
