import * as z from 'zod';
import type { CommandAnswer } from '../commands/envelope.ts';
import type { Message } from '../documents/message.ts';
import type { Refusal } from '../refusals.ts';
import type { FeedPage, Hello } from './feed.ts';

/** The Socket.IO events, typed for both ends. Acknowledgements are the last argument, as Socket.IO requires. */
export type RelayToDesk = {
  hello: (hello: Hello) => void;
  page: (page: FeedPage, applied: () => void) => void;
  /** This device was revoked: forget the token and erase the cache. */
  wipe: () => void;
  /** Another connection of this device took its place; this one ends. */
  replaced: () => void;
};

export type DeskToRelay = {
  command: (envelope: unknown, answer: (answer: CommandAnswer) => void) => void;
  history: (request: unknown, answer: (answer: HistoryAnswer) => void) => void;
  time: (answer: (serverNow: number) => void) => void;
};

/** Older messages of one thread, on demand: newest first, strictly older than `before`, fewer than `limit` where they are long. */
export const historyRequestSchema = z.strictObject({
  conversationId: z.string(),
  before: z.object({ sentAt: z.number().int(), id: z.string() }).nullable(),
  limit: z.number().int().min(1).max(200),
});
export type HistoryRequest = z.infer<typeof historyRequestSchema>;
export type HistoryAnswer =
  | { readonly ok: true; readonly messages: readonly Message[]; readonly hasMore: boolean }
  | { readonly ok: false; readonly refusal: Refusal };

/** Why the relay did not let a socket in: `error.data.code` of Socket.IO's `connect_error`. */
export type ConnectRefusal = 'unauthorized' | 'client_too_old' | 'invalid_request' | 'too_many_attempts';
