import {
  type AccountRules,
  type Agency,
  accountSchema,
  agencySchema,
  type Conversation,
  conversationSchema,
  type Message,
  messageSchema,
  policyOf,
  rulesFor,
} from '@transom/shared';
import * as z from 'zod';
import type { Store } from '../cache/store.ts';
import type { Stored } from '../cache/stored-document.ts';

/**
 * One page of the feed becomes one commit: its changes and the cursor after it, or neither.
 *
 *   no cursor ──(first)──▶ snapshot ──(toSeq)──▶ following ──(fromSeq is the cursor)──▶ following
 *   anything else is a gap: nothing is applied, the connection is closed, and the relay decides what to send
 *
 * `snapshotOpen` says whether this connection brought the snapshot's first page: one that was cut off is never carried on.
 * What this version does not know, or what has an unexpected shape, is skipped, so that one odd document stops nobody's inbox.
 */
export const pageSchema = z.object({
  kind: z.enum(['snapshot', 'changes']),
  epoch: z.string(),
  first: z.boolean(),
  fromSeq: z.number().int().nullable(),
  toSeq: z.number().int().nullable(),
  changes: z.array(
    z.object({
      seq: z.number(),
      entity: z.string(),
      id: z.string(),
      document: z.unknown(),
      /** Of a conversation that is gone: the one that its messages are in now. Relays from before that do not say it. */
      mergedInto: z.string().nullish().catch(null),
    }),
  ),
  caughtUp: z.boolean(),
  serverNow: z.number().int(),
});
export type ReadPage = z.infer<typeof pageSchema>;
type ReadChange = ReadPage['changes'][number];

export type ConversationChange = {
  readonly id: string;
  /** The document before, as it was stored; null for a new one. */
  readonly before: Stored | null;
  readonly after: Conversation;
};
export type Applied = {
  readonly conversations: ConversationChange[];
  readonly goneConversations: string[];
  readonly messages: Message[];
  readonly goneMessages: string[];
  accountsChanged: boolean;
  agency: Agency | null;
  /** Ids of changes that were not understood. */
  readonly skipped: string[];
};

/** Null for a gap. */
export function applyPage(store: Store, page: ReadPage, snapshotOpen: boolean): Applied | null {
  return store.inOneCommit(() => {
    const follows = page.kind === 'snapshot' ? page.first || snapshotOpen : carriesOn(store, page);
    if (!follows) return null;
    if (page.kind === 'snapshot' && page.first) store.clear();
    const applied: Applied = {
      conversations: [],
      goneConversations: [],
      messages: [],
      goneMessages: [],
      accountsChanged: false,
      agency: null,
      skipped: [],
    };
    for (const change of page.changes) {
      const apply = Object.hasOwn(appliers, change.entity)
        ? appliers[change.entity as keyof typeof appliers]
        : undefined;
      if (apply?.(store, change, page, applied) !== true) applied.skipped.push(change.id);
    }
    store.feed.move(page.epoch, page.toSeq, page.serverNow);
    return applied;
  });
}

function carriesOn(store: Store, page: ReadPage): boolean {
  const cursor = store.feed.cursor();
  return cursor !== null && cursor.epoch === page.epoch && cursor.seq === page.fromSeq && page.toSeq !== null;
}

type Apply = (store: Store, change: ReadChange, page: ReadPage, applied: Applied) => boolean;

const appliers = {
  conversation(store, { id, document }, page, applied) {
    if (document === null) {
      applied.goneMessages.push(...store.messages.removeConversation(id));
      if (store.conversations.remove(id)) applied.goneConversations.push(id);
      return true;
    }
    const parsed = conversationSchema.safeParse(document);
    if (!parsed.success) return false;
    const put = store.conversations.put(parsed.data, page.serverNow);
    if (put !== null) applied.conversations.push({ id, before: put.held, after: parsed.data });
    return true;
  },
  message(store, { id, document }, page, applied) {
    if (document === null) {
      if (store.messages.remove(id)) applied.goneMessages.push(id);
      return true;
    }
    const parsed = messageSchema.safeParse(document);
    if (!parsed.success) return false;
    const message = parsed.data;
    const position = store.messages.put(message);
    if (position === null) return true;
    // A snapshot brings the newest end of each thread without holes. A change may be about any old message, so it only
    // starts a thread that nothing is known of.
    if (page.kind === 'snapshot') store.messages.extendThread(message.conversationId, position, message);
    else store.messages.startThread(message.conversationId, position, message);
    applied.messages.push(message);
    return true;
  },
  account(store, { id, document }, page, applied) {
    const parsed = document === null ? null : accountSchema.safeParse(document);
    if (parsed?.success === false) return false;
    const before = store.accounts.rules(id);
    const changed = parsed === null ? store.accounts.remove(id) : store.accounts.put(parsed.data);
    if (!changed) return true;
    applied.accountsChanged = true;
    if (!areSameRules(before, store.accounts.rules(id))) store.conversations.placeAgain(id, page.serverNow);
    return true;
  },
  agency(_store, { document }, _page, applied) {
    const parsed = agencySchema.safeParse(document);
    if (parsed.success) applied.agency = parsed.data;
    return parsed.success || document === null;
  },
} satisfies Record<string, Apply>;

/** Whether windows end at the same times as before. What held already when it was not told yet moves nothing. */
function areSameRules(before: AccountRules | null, after: AccountRules | null): boolean {
  const channel = (after ?? before)?.channel ?? '';
  const [one, other] = [before, after].map((rules) => {
    const { policy, humanAgentApproved } = rules ?? rulesFor({ channel }, null);
    return JSON.stringify([humanAgentApproved, policyOf({ channel, policy }).windows]);
  });
  return one === other;
}
