import * as z from 'zod';
import { idSchema } from '../ids.ts';
import { type Refusal, refuse } from '../refusals.ts';

/** No channel takes as much; a note may be long. */
export const longestText = 20_000;
export const textSchema = z.string().max(longestText);

/**
 * What a desk asks of the relay. Each command has an id made by the asker: asked twice it happens once, and the second
 * answer is the first one. The same id with another body is refused (`id_reused`).
 */
const id = idSchema;
const text = textSchema;
/**
 * The newest message of the conversation that the author had on the screen. If somebody else answered after it, the reply is
 * refused once (`answered_meanwhile`, with that answer); whoever insists sends it again as a new command that names the answer as seen.
 * Without it nothing is checked.
 */
const seenMessageId = id.optional();

export const commandSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('reply.send'), conversationId: id, text, seenMessageId }),
  z.strictObject({ kind: z.literal('comment.private_reply'), commentId: id, text, seenMessageId }),
  /** Takes back a reply that is still queued: nothing of it stays in the thread. The claim that came with it does. */
  z.strictObject({ kind: z.literal('reply.withdraw'), messageId: id }),
  z.strictObject({ kind: z.literal('note.add'), conversationId: id, text }),
  /** `takeOver`: an owner takes it from whoever holds it. */
  z.strictObject({ kind: z.literal('handoff.claim'), conversationId: id, takeOver: z.literal(true).optional() }),
  z.strictObject({ kind: z.literal('handoff.release'), conversationId: id }),
  z.strictObject({ kind: z.literal('handoff.resolve'), conversationId: id }),
  /** What was closed waits again, as it did before. */
  z.strictObject({ kind: z.literal('handoff.reopen'), conversationId: id }),
  /** An owner says whether Meta granted this account the Human Agent feature. */
  z.strictObject({ kind: z.literal('account.human_agent'), accountId: id, approved: z.boolean() }),
  /** A person looked: the unconfirmed message did arrive, or did not and may be sent again as a new command. */
  z.strictObject({ kind: z.literal('message.confirm'), messageId: id, arrived: z.boolean() }),
]);
export type Command = z.infer<typeof commandSchema>;
export type CommandKind = Command['kind'];

export const commandEnvelopeSchema = z.strictObject({ id, command: commandSchema });
export type CommandEnvelope = z.infer<typeof commandEnvelopeSchema>;

/** `messageId` and `state` are there for commands that made a message; of one that was taken back only its id. */
export type CommandAnswer =
  | { readonly ok: true; readonly messageId: string | null; readonly state: 'queued' | 'received' | null }
  | { readonly ok: false; readonly refusal: Refusal };

/** What Transom never does, whoever asks: product rows 5 and 9. Named here so that the refusal says why. */
const excluded: ReadonlyMap<string, string> = new Map([
  ['reply.schedule', 'Messages are not scheduled: a person sends each one when it goes out.'],
  ['reply.auto', 'There are no automatic replies: a person sends each message.'],
  ['comment.auto_reply', 'There are no automatic comments: a person answers each one.'],
  ['comment.post', 'Transom does not post: it answers people who wrote.'],
  ['outreach.send', 'There is no cold outbound: a person must have written first.'],
  ['post.publish', 'Transom does not publish posts.'],
  ['profile.scrape', 'Profiles are not scraped: only what people sent is kept.'],
]);

/** Reads what a desk or a script sent; a wrong shape is an answer, not an exception. */
export function readCommandEnvelope(
  input: unknown,
): { ok: true; envelope: CommandEnvelope } | { ok: false; refusal: Refusal } {
  const parsed = commandEnvelopeSchema.safeParse(input);
  if (parsed.success) return { ok: true, envelope: parsed.data };
  const kind = (input as { command?: { kind?: unknown } } | null)?.command?.kind;
  const reason = typeof kind === 'string' ? excluded.get(kind) : undefined;
  if (reason !== undefined) return { ok: false, refusal: refuse('policy_refused', reason) };
  return { ok: false, refusal: refuse('invalid_request', z.prettifyError(parsed.error)) };
}
