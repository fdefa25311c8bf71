import {
  accountSchema,
  agencySchema,
  contactSchema,
  conversationSchema,
  lanes,
  personSchema,
  reasonSchema,
  refusalSchema,
} from '@transom/shared';
import * as z from 'zod';

export const laneSchema = z.enum(lanes);

/** A conversation as a row of this desk's inbox: what the relay says, and whether this desk has seen the newest message. */
export const rowSchema = conversationSchema.extend({ unread: z.boolean() });
export type Row = z.infer<typeof rowSchema>;

/** The tabs of the composer. Each has a draft of its own, so that no text is ever sent as another kind. */
export const draftTabSchema = z.enum(['reply', 'private_reply', 'note']);
export type DraftTab = z.infer<typeof draftTabSchema>;
/** `rev` counts how often it was stored; 0 when it never was. */
export const draftSchema = z.object({ text: z.string(), rev: z.number().int() });
export type Draft = z.infer<typeof draftSchema>;

/**
 * `queued` waits for the relay, `sending` is on its way to it, `held` was refused and waits for a person. An item held with `id_reused`
 * keeps its id, so a retry would be refused again: it can only be withdrawn.
 */
export const outboxItemSchema = z.object({
  clientMessageId: z.string(),
  conversationId: z.string(),
  kind: draftTabSchema,
  text: z.string(),
  createdAt: z.number().int(),
  state: z.enum(['queued', 'sending', 'held']),
  refusal: refusalSchema.nullable(),
});
export type OutboxItem = z.infer<typeof outboxItemSchema>;

export const searchHitSchema = z.object({
  conversationId: z.string(),
  messageId: z.string().nullable(),
  /** Whose conversation it is; null when the message arrived before its conversation. */
  contact: contactSchema
    .pick({ id: true, name: true, username: true })
    .extend({ channel: conversationSchema.shape.channel })
    .nullable(),
  /** Plain text around the hit; `marks` are [start, end) offsets in UTF-16 units. */
  excerpt: z.string(),
  marks: z.array(z.tuple([z.number().int(), z.number().int()])),
  sentAt: z.number().int(),
});
export type SearchHit = z.infer<typeof searchHitSchema>;

/** The lamp: four facts, always visible. */
export const connectionSchema = z.object({
  relay: z.enum(['unpaired', 'connecting', 'catching_up', 'live', 'delayed', 'offline', 'refused']),
  /** Why it is not live; null when it is. */
  reason: reasonSchema.nullable(),
  since: z.number().int(),
  /** Messages that are still in this desk's outbox, held ones too. */
  outboxCount: z.number().int(),
  /** Replies that the relay has and Meta has not, as far as this desk knows. */
  waitingAtRelay: z.number().int(),
});
export type Connection = z.infer<typeof connectionSchema>;

export const clockSchema = z.object({
  /** The relay's time at the moment this was read, or null while no relay has reported it: then no countdown is shown. */
  serverNow: z.number().int().nullable(),
  /** The last time that a relay reported to this desk, perhaps days ago: it cannot be earlier now. Null before the first one. */
  atLeast: z.number().int().nullable(),
  /** False while the time is only estimated from the last connection. */
  isConfirmed: z.boolean(),
  /** How far this computer's own clock is ahead (positive) or behind, when it is far enough off to mention; nothing shown depends on it. */
  computerOffByMs: z.number().int().nullable(),
});
export type Clock = z.infer<typeof clockSchema>;

export const platformSchema = z.object({
  host: z.enum(['electron', 'browser']),
  os: z.string(),
  version: z.string(),
  canNotify: z.boolean(),
});

export const sessionSchema = z.object({
  platform: platformSchema,
  /** Also true while the keychain has not released the token yet, so that nobody is asked for a new code. */
  paired: z.boolean(),
  relayUrl: z.string().nullable(),
  agency: agencySchema.nullable(),
  person: personSchema.nullable(),
  accounts: z.array(accountSchema),
  connection: connectionSchema,
  clock: clockSchema,
  /** Where the device token lives: `memory` until Transom closes, with the reason; `asking` while the keychain has not answered. */
  secrets: z.object({ place: z.enum(['asking', 'keychain', 'memory']), reason: reasonSchema.nullable() }),
  /** Something is wrong with this computer's files; null when all is well. */
  trouble: reasonSchema.nullable(),
});
export type Session = z.infer<typeof sessionSchema>;
