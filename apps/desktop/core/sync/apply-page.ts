import {
  type AccountRules,
  type Agency,
  accountSchema,
  agencySchema,
  type Conversation,
  conversationSchema,
  type Entity,
  type Message,
  policyOf,
  protocolVersion,
  readMessage,
  revisionOf,
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
 * `snapshotOpen` says whether this connection brought the snapshot's first page: one that was cut off is never continued.
 * A document that this build does not know, or that has an unexpected shape, is kept as it came and read again after an update, so that
 * one odd document blocks nobody's inbox and is not lost.
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
      /** For a conversation that is gone: the one that its messages are in now. Older relays do not say it. */
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
  /** The previous document, as it was stored; null for a new one. */
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
  /** Ids of what was kept because it cannot be read. */
  readonly kept: string[];
};

/** Null for a gap. `version`: the protocol version that the relay speaks. */
export function applyPage(
  store: Store,
  page: ReadPage,
  snapshotOpen: boolean,
  version: number = protocolVersion.max,
): Applied | null {
  return store.inOneCommit(() => {
    const follows = page.kind === 'snapshot' ? page.first || snapshotOpen : followsCursor(store, page);
    if (!follows) return null;
    if (page.kind === 'snapshot' && page.first) store.clear();
    const applied = nothingApplied();
    for (const change of page.changes) applyChange(store, change, page, applied);
    store.feed.move(page.epoch, page.toSeq, page.serverNow, version);
    return applied;
  });
}

/**
 * Reads what another build could not read, or not completely, as if it arrived now. Null when there is nothing, or this build has read it
 * before. Called at a start, before anybody is served.
 */
export function readAgain(store: Store): Applied | null {
  if (!store.reading.isDue()) return null;
  return store.inOneCommit(() => {
    const applied = nothingApplied();
    const now = store.feed.lastServerNow();
    store.conversations.fileUnknownAgain(now);
    store.messages.fileUnknownAgain();
    for (const unread of store.unread.list()) applyChange(store, unread, { kind: 'changes', serverNow: now }, applied);
    store.reading.noteDone();
    return applied;
  });
}

function nothingApplied(): Applied {
  return {
    ...{ conversations: [], goneConversations: [], messages: [], goneMessages: [] },
    ...{ accountsChanged: false, agency: null, kept: [] },
  };
}

function followsCursor(store: Store, page: ReadPage): boolean {
  const cursor = store.feed.cursor();
  return cursor !== null && cursor.epoch === page.epoch && cursor.seq === page.fromSeq && page.toSeq !== null;
}

type Told = Pick<ReadChange, 'seq' | 'entity' | 'id' | 'document'>;

function applyChange(store: Store, { seq, entity, id, document }: Told, page: Around, applied: Applied): void {
  const applier = Object.hasOwn(appliers, entity) ? appliers[entity as keyof typeof appliers] : undefined;
  const rev = revisionOf(document) ?? seq;
  if (document === null) applier?.remove(store, id, page, applied);
  else if (applier?.put(store, { id, rev, document }, page, applied) !== true) {
    if ((applier?.revision(store, id) ?? -1) < rev) store.unread.keep({ entity, id, seq, rev, document });
    applied.kept.push(id);
    return;
  }
  store.unread.forget(entity, id, rev);
}

type Around = Pick<ReadPage, 'kind' | 'serverNow'>;
type Applier = {
  /** False when it cannot be read. */
  put(
    store: Store,
    told: { readonly id: string; readonly rev: number; readonly document: unknown },
    page: Around,
    applied: Applied,
  ): boolean;
  remove(store: Store, id: string, page: Around, applied: Applied): void;
  /** The revision of what is held and can be read. */
  revision(store: Store, id: string): number | null;
};

const appliers = {
  conversation: {
    put(store, { id, document }, page, applied) {
      const parsed = conversationSchema.safeParse(document);
      if (!parsed.success) return false;
      const put = store.conversations.put(parsed.data, page.serverNow, document);
      if (put !== null) applied.conversations.push({ id, before: put.held, after: parsed.data });
      return true;
    },
    remove(store, id, _page, applied) {
      applied.goneMessages.push(...store.messages.removeConversation(id));
      store.unread.forgetConversation(id);
      if (store.conversations.remove(id)) applied.goneConversations.push(id);
    },
    revision: (store, id) => store.conversations.revision(id),
  },
  message: {
    put(store, { id, rev, document }, page, applied) {
      const message = readMessage(id, rev, document);
      if (message === null) return false;
      const position = store.messages.put(message, document);
      if (position === null) return true;
      // A snapshot brings the newest end of each thread without holes. A change may be about any old message, so it only
      // starts a thread of which nothing is known yet.
      if (page.kind === 'snapshot') store.messages.extendThread(message.conversationId, position, message);
      else store.messages.startThread(message.conversationId, position, message);
      applied.messages.push(message);
      return true;
    },
    remove(store, id, _page, applied) {
      if (store.messages.remove(id)) applied.goneMessages.push(id);
    },
    revision: (store, id) => store.messages.revision(id),
  },
  account: {
    put(store, { id, document }, page, applied) {
      const parsed = accountSchema.safeParse(document);
      if (!parsed.success) return false;
      accountChanges(store, id, page, applied, () => store.accounts.put(parsed.data, document));
      return true;
    },
    remove(store, id, page, applied) {
      accountChanges(store, id, page, applied, () => store.accounts.remove(id));
    },
    revision: (store, id) => store.accounts.revision(id),
  },
  agency: {
    put(_store, { document }, _page, applied) {
      const parsed = agencySchema.safeParse(document);
      if (parsed.success) applied.agency = parsed.data;
      return parsed.success;
    },
    remove() {
      // The desk never forgets whose it is.
    },
    revision: () => null,
  },
} satisfies Record<Entity, Applier>;

function accountChanges(store: Store, id: string, page: Around, applied: Applied, change: () => boolean): void {
  const before = store.accounts.rules(id);
  if (!change()) return;
  applied.accountsChanged = true;
  if (!areSameRules(before, store.accounts.rules(id))) store.conversations.placeAgain(id, page.serverNow);
}

/** Whether response windows end at the same times as before. A rule that applied before the relay announced it moves nothing. */
function areSameRules(before: AccountRules | null, after: AccountRules | null): boolean {
  const channel = (after ?? before)?.channel ?? '';
  const [one, other] = [before, after].map((rules) => {
    const { policy, humanAgentApproved } = rules ?? rulesFor({ channel }, null);
    return JSON.stringify([humanAgentApproved, policyOf({ channel, policy }).windows]);
  });
  return one === other;
}
