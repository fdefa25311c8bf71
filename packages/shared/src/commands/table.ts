import * as z from 'zod';
import type { Role } from '../documents/agency.ts';
import { idSchema, textSchema } from '../ids.ts';
import type { RefusalCode } from '../refusals.ts';
import { lastMomentAt } from '../time.ts';

/**
 * Everything that a desk or a script may ask of the relay. The wire shapes, what a window may call, who may give a command, how an older
 * relay is asked, the HTTP routes and their description are derived from this table. A new command is one entry here, one handler in the
 * relay (`inbox/carry-out.ts`) and, if people give it by hand, one entry among the renderer's commands.
 */
export type CommandDefinition = {
  /** Its fields besides `kind`. An unknown field is refused. */
  readonly input: z.ZodObject;
  readonly roles: readonly Role[];
  /** The tab of the composer whose words become a message. Its id is the command's id, and a desk keeps it until the relay has it. */
  readonly makes: 'reply' | 'private_reply' | 'note' | null;
  /** Without a connection a desk either keeps it on disk until the relay has answered, or says that nothing was done. */
  readonly offline: 'waits' | 'refused';
  /** The first protocol version that has it. */
  readonly since: number;
  /** Fields added later. An older relay is asked without them, or not at all where they change the meaning. */
  readonly laterFields?: Readonly<Record<string, { readonly since: number; readonly without: 'leave_out' | 'refuse' }>>;
  /** Why the relay may say no, besides the reasons that any command may meet (`alwaysPossible`). */
  readonly refusals: readonly RefusalCode[];
};

const conversationId = idSchema;
const text = textSchema;
/**
 * The newest message of the conversation that the author had on screen. If somebody else answered after it, the reply is refused once
 * (`answered_meanwhile`, with that answer); to insist, it is sent again as a new command that names the answer as seen. Without this field
 * nothing is checked.
 */
const seenMessageId = idSchema.optional();
const seenSince = { seenMessageId: { since: 2, without: 'leave_out' } } as const;

const answering: readonly Role[] = ['owner', 'agent'];
const gate = [
  'window_closed',
  'not_started_by_contact',
  'claimed_by_other',
  'answered_meanwhile',
  'private_reply_used',
  'plan_upgrade_required',
  'account_disconnected',
  'recipient_unavailable',
  'text_too_long',
  'text_empty',
  'not_found',
] as const satisfies readonly RefusalCode[];

export const commands = {
  'reply.send': {
    input: z.strictObject({ conversationId, text, seenMessageId }),
    roles: answering,
    makes: 'reply',
    offline: 'waits',
    since: 1,
    laterFields: seenSince,
    refusals: gate,
  },
  'comment.private_reply': {
    input: z.strictObject({ commentId: idSchema, text, seenMessageId }),
    roles: answering,
    makes: 'private_reply',
    offline: 'waits',
    since: 1,
    laterFields: seenSince,
    refusals: gate,
  },
  'note.add': {
    input: z.strictObject({ conversationId, text }),
    roles: answering,
    makes: 'note',
    offline: 'waits',
    since: 1,
    refusals: ['not_found', 'text_too_long', 'text_empty'],
  },
  /** Takes back a reply that is still queued: nothing of it stays in the thread. The claim that came with it stays. */
  'reply.withdraw': {
    input: z.strictObject({ messageId: idSchema }),
    roles: answering,
    makes: null,
    offline: 'refused',
    since: 2,
    refusals: ['not_withdrawable'],
  },
  /** `takeOver`: an owner takes it from its holder. */
  'handoff.claim': {
    input: z.strictObject({ conversationId, takeOver: z.literal(true).optional() }),
    roles: answering,
    makes: null,
    offline: 'refused',
    since: 1,
    laterFields: { takeOver: { since: 2, without: 'refuse' } },
    refusals: ['not_found', 'claimed_by_other'],
  },
  'handoff.release': {
    input: z.strictObject({ conversationId }),
    roles: answering,
    makes: null,
    offline: 'refused',
    since: 1,
    refusals: ['not_found', 'claimed_by_other'],
  },
  'handoff.resolve': {
    input: z.strictObject({ conversationId }),
    roles: answering,
    makes: null,
    offline: 'refused',
    since: 1,
    refusals: ['not_found', 'claimed_by_other'],
  },
  /** A conversation that was closed waits again, as it did before. */
  'handoff.reopen': {
    input: z.strictObject({ conversationId }),
    roles: answering,
    makes: null,
    offline: 'refused',
    since: 2,
    refusals: ['not_found', 'claimed_by_other', 'recipient_unavailable'],
  },
  /**
   * Puts a conversation off until a time (ms since 1970), or with null brings it back. It ends earlier where it must: see `snoozeEndsAt`.
   * If the buyer wrote after `seenMessageId`, as may happen before what was pressed offline arrives, it is refused (`wrote_meanwhile`).
   */
  'conversation.snooze': {
    input: z.strictObject({ conversationId, until: z.number().int().max(lastMomentAt).nullable(), seenMessageId }),
    roles: answering,
    makes: null,
    offline: 'waits',
    since: 3,
    refusals: ['not_found', 'claimed_by_other', 'recipient_unavailable', 'window_closed', 'wrote_meanwhile'],
  },
  /** Says whether Meta granted this account the Human Agent feature. */
  'account.human_agent': {
    input: z.strictObject({ accountId: idSchema, approved: z.boolean() }),
    roles: ['owner'],
    makes: null,
    offline: 'refused',
    since: 2,
    refusals: ['not_found'],
  },
  /** A person looked: the unconfirmed message did arrive, or did not and may be sent again as a new command. */
  'message.confirm': {
    input: z.strictObject({ messageId: idSchema, arrived: z.boolean() }),
    roles: answering,
    makes: null,
    offline: 'refused',
    since: 1,
    refusals: ['not_confirmable'],
  },
  /** A partner may no longer see how the business is doing. */
  'partner.end_grant': {
    input: z.strictObject({ grantId: idSchema }),
    roles: ['owner'],
    makes: null,
    offline: 'refused',
    since: 3,
    refusals: ['not_found'],
  },
} as const satisfies Readonly<Record<string, CommandDefinition>>;

/** The refusals that any command may get. */
export const alwaysPossible = [
  'invalid_request',
  'unauthorized',
  'forbidden',
  'policy_refused',
  'id_reused',
  'too_many_attempts',
  'not_stored',
  'internal_error',
] as const satisfies readonly RefusalCode[];
