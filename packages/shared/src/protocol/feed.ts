import * as z from 'zod';
import { accountSchema, agencySchema, conversationSchema, messageSchema, personSchema } from '../documents/index.ts';

/**
 * The change feed. Each agency has one contiguous series of numbered changes; a desk follows it with a cursor.
 *
 *   connect with cursor ──▶ hello ──▶ page ──(applied and acknowledged)──▶ page … ──▶ page with caughtUp ──▶ live
 *   no cursor, other epoch, or behind the horizon: the first pages are a snapshot (`first` clears the cache), the rest changes
 *
 * Never more than one unacknowledged page. A desk applies a page and its cursor in one transaction, then acknowledges.
 */
export const cursorSchema = z.object({ epoch: z.string(), seq: z.number().int().nonnegative() });
export type Cursor = z.infer<typeof cursorSchema>;

const change = { seq: z.number().int(), id: z.string() };
/** Whole documents, not diffs. `document` null means that the thing is gone. A desk keeps what it cannot read, and reads it when it can. */
export const changeSchema = z.discriminatedUnion('entity', [
  z.object({
    ...change,
    entity: z.literal('conversation'),
    document: conversationSchema.nullable(),
    /** The conversation into which this one was merged: its messages are there, or come there with later changes. */
    mergedInto: z.string().optional(),
  }),
  z.object({ ...change, entity: z.literal('message'), document: messageSchema.nullable() }),
  z.object({ ...change, entity: z.literal('account'), document: accountSchema.nullable() }),
  z.object({ ...change, entity: z.literal('agency'), document: agencySchema.nullable() }),
]);
export type Change = Readonly<z.infer<typeof changeSchema>>;
export type Entity = Change['entity'];

export type FeedPage = {
  readonly kind: 'snapshot' | 'changes';
  readonly epoch: string;
  /** The first page of a snapshot: clear the cache before applying it. */
  readonly first: boolean;
  /** Changes continue from here; a desk whose cursor differs closes the connection and asks again. Null in a snapshot. */
  readonly fromSeq: number | null;
  /** The cursor after this page. Null while a snapshot is not complete: an interrupted one starts again. */
  readonly toSeq: number | null;
  readonly changes: readonly Change[];
  /** Nothing more at this moment: the desk may say that it is live. */
  readonly caughtUp: boolean;
  readonly serverNow: number;
};

export const maxPageChanges = 500;
export const maxPageBytes = 256 * 1024;
/** A desk that has not acknowledged a page after this long is disconnected and resumes from its cursor. */
export const pageAckMs = 30_000;

export const helloSchema = z.object({
  protocol: z.number().int(),
  serverNow: z.number().int(),
  deviceId: z.string(),
  agency: agencySchema,
  person: personSchema,
});
export type Hello = z.infer<typeof helloSchema>;

/** What a desk sends when it connects (`auth` of the Socket.IO handshake). */
export const handshakeSchema = z.object({
  token: z.string().min(1).max(200),
  protocol: z.object({ min: z.number().int(), max: z.number().int() }),
  cursor: cursorSchema.nullable(),
});
export type Handshake = z.infer<typeof handshakeSchema>;
