import { type Conversation, type Cursor, maxPageBytes } from '@transom/shared';
import { listAccounts, readAgency } from '../ledger/documents/account.ts';
import { listConversations, type PlaceInList, readConversation } from '../ledger/documents/conversation.ts';
import { listMessages } from '../ledger/documents/message.ts';
import type { AgencyTx } from '../store/port.ts';
import { WrittenPage, writeDocument } from './written-page.ts';

export type SnapshotPlace = { readonly asOf: Cursor; readonly next: Next };
/**
 * First all conversations, by their last message. Then again those that changed since `asOf`: one of them may have moved to a part of the
 * list that was read already, so that its older messages were never read. They are found by their changes up to `upTo`, the head of the
 * feed when the list ended.
 */
type Next =
  | { readonly kind: 'listed'; readonly after: PlaceInList | null }
  | { readonly kind: 'moved'; readonly afterSeq: number; readonly upTo: number };

/** What a desk needs at once: each conversation with its newest messages. Older ones are fetched when somebody scrolls. */
const snapshotConversations = 40;
const snapshotMessages = 10;
/** How many changes are searched at a time for conversations that moved. */
const changesLookedThrough = 500;

/** The page at `place` of a snapshot, and the place after it; null at the end. */
export async function readSnapshotPage(
  tx: AgencyTx,
  place: SnapshotPlace,
  headSeq: number,
  first: boolean,
): Promise<{ readonly page: WrittenPage; readonly snapshot: SnapshotPlace | null }> {
  const { seq, epoch } = place.asOf;
  const changes = first ? await writeAgency(tx, seq) : [];
  let bytes = bytesOf(changes);
  /** Adds a conversation and its messages; false when they no longer fit. */
  const add = async (conversation: Conversation, isFirst: boolean): Promise<boolean> => {
    const thread = await writeThread(tx, conversation, seq);
    bytes += bytesOf(thread);
    if (!isFirst && bytes > maxPageBytes) return false;
    changes.push(...thread);
    return true;
  };
  const next =
    place.next.kind === 'listed'
      ? await addListed(tx, place.next.after, seq, headSeq, add)
      : await addMoved(tx, place.next, seq, add);
  const about = {
    kind: 'snapshot',
    epoch,
    first,
    fromSeq: null,
    toSeq: next === null ? seq : null,
    caughtUp: next === null && headSeq === seq,
  } as const;
  return {
    page: new WrittenPage(about, changes),
    snapshot: next === null ? null : { asOf: place.asOf, next },
  };
}

type Add = (conversation: Conversation, isFirst: boolean) => Promise<boolean>;

async function addListed(
  tx: AgencyTx,
  after: PlaceInList | null,
  seq: number,
  headSeq: number,
  add: Add,
): Promise<Next | null> {
  const conversations = await listConversations(tx, after, snapshotConversations, seq);
  let last: Conversation | undefined;
  for (const conversation of conversations) {
    if (!(await add(conversation, last === undefined))) break;
    last = conversation;
  }
  const isEnd = conversations.length < snapshotConversations && last === conversations.at(-1);
  if (!isEnd && last !== undefined)
    return { kind: 'listed', after: { lastMessageAt: last.lastMessageAt, id: last.id } };
  return headSeq === seq ? null : { kind: 'moved', afterSeq: seq, upTo: headSeq };
}

async function addMoved(
  tx: AgencyTx,
  { afterSeq, upTo }: Extract<Next, { kind: 'moved' }>,
  seq: number,
  add: Add,
): Promise<Next | null> {
  const rows = await tx.all<{ seq: number; entity: string; id: string }>(
    `select seq, entity, entity_id as id from changes
     where agency_id = :agency and seq > :afterSeq and seq <= :upTo order by seq limit :limit`,
    { afterSeq, upTo, limit: changesLookedThrough },
  );
  const added = new Set<string>();
  let lookedThrough = afterSeq;
  for (const row of rows) {
    if (row.entity === 'conversation' && !added.has(row.id)) {
      if (added.size === snapshotConversations) break;
      const conversation = await readConversation(tx, row.id, seq);
      if (conversation !== null && !(await add(conversation, added.size === 0))) break;
      added.add(row.id);
    }
    lookedThrough = row.seq;
  }
  return lookedThrough >= upTo || rows.length === 0 ? null : { kind: 'moved', afterSeq: lookedThrough, upTo };
}

async function writeThread(tx: AgencyTx, conversation: Conversation, seq: number): Promise<string[]> {
  const messages = await listMessages(tx, conversation.id, null, snapshotMessages, seq);
  return [
    writeDocument({ seq, entity: 'conversation', id: conversation.id, document: conversation }),
    ...messages.map((message) => writeDocument({ seq, entity: 'message', id: message.id, document: message })),
  ];
}

async function writeAgency(tx: AgencyTx, seq: number): Promise<string[]> {
  const agency = await readAgency(tx);
  const accounts = await listAccounts(tx, seq);
  return [
    writeDocument({ seq, entity: 'agency', id: agency.id, document: agency }),
    ...accounts.map((account) => writeDocument({ seq, entity: 'account', id: account.id, document: account })),
  ];
}

function bytesOf(changes: readonly string[]): number {
  return changes.reduce((sum, change) => sum + Buffer.byteLength(change) + 1, 0);
}
