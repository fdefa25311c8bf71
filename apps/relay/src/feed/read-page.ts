import {
  type Change,
  type Conversation,
  type Cursor,
  type Entity,
  type FeedPage,
  maxPageBytes,
  maxPageChanges,
} from '@transom/shared';
import type { Clock } from '../clock.ts';
import { listAccounts, readAgency } from '../inbox/documents/account.ts';
import { listConversations, type PlaceInList, readConversation } from '../inbox/documents/conversation.ts';
import { listMessages } from '../inbox/documents/message.ts';
import type { AgencyStore, AgencyTx } from '../store/port.ts';

/**
 * Pages of one agency's change feed. Live and catching up are the same question: what comes after this cursor?
 *
 *   changes    contiguous from the cursor on
 *   snapshot   where there is no usable cursor. It notes the head first, then reads the present documents in pages; the
 *              changes after that head follow. A document that changed meanwhile comes again, with a higher `rev`.
 */
export type SnapshotPlace = { readonly asOf: Cursor; readonly next: Next };
/**
 * First every conversation by its last message. Then once more those that changed since `asOf`: one of them may have moved to a
 * place in the list that was read already, and then its older messages were never read.
 */
type Next =
  | { readonly kind: 'listed'; readonly after: PlaceInList | null }
  | { readonly kind: 'moved'; readonly afterId: string };
export type PageAndNext = { readonly page: FeedPage; readonly snapshot: SnapshotPlace | null };

type Head = { readonly epoch: string; readonly seq: number };

/** The next page for a desk at `cursor`; empty when it has everything. */
export async function readPage(agency: AgencyStore, cursor: Cursor | null, clock: Clock): Promise<PageAndNext> {
  return agency.read(async (tx) => {
    const head = await readHead(tx);
    const changes = cursor === null ? null : await readChanges(tx, cursor, head, clock);
    return changes ?? readSnapshotPage(tx, { asOf: head, next: { kind: 'listed', after: null } }, true, clock);
  });
}

/** The page of a snapshot that was begun. */
export async function readSnapshot(agency: AgencyStore, place: SnapshotPlace, clock: Clock): Promise<PageAndNext> {
  return agency.read((tx) => readSnapshotPage(tx, place, false, clock));
}

async function readHead(tx: AgencyTx): Promise<Head> {
  const head = await tx.get<Head>(`select epoch, seq from agencies where id = :agency`);
  if (head === undefined) throw new Error(`There is no agency ${tx.agencyId}.`);
  return head;
}

type ChangeRow = { seq: number; entity: Entity; entity_id: string; body: string | null };

/** Null for a cursor that is of no use: of another epoch, from the future, or behind the oldest change that is kept. */
async function readChanges(tx: AgencyTx, cursor: Cursor, head: Head, clock: Clock): Promise<PageAndNext | null> {
  if (cursor.epoch !== head.epoch || cursor.seq > head.seq) return null;
  const rows = await tx.all<ChangeRow>(
    `select seq, entity, entity_id, body from changes where agency_id = :agency and seq > :seq order by seq limit :limit`,
    { seq: cursor.seq, limit: maxPageChanges },
  );
  if (cursor.seq < head.seq && rows[0]?.seq !== cursor.seq + 1) return null;
  const fitting = takeBytes(rows);
  const toSeq = fitting.at(-1)?.seq ?? cursor.seq;
  return {
    snapshot: null,
    page: {
      kind: 'changes',
      epoch: head.epoch,
      first: false,
      fromSeq: cursor.seq,
      toSeq,
      changes: fitting.map(asChange),
      caughtUp: toSeq === head.seq,
      serverNow: clock(),
    },
  };
}

/** Number, entity and id around a document. */
const wrappingBytes = 120;

/** As many rows as a page may carry; always at least one, however large. */
function takeBytes(rows: readonly ChangeRow[]): readonly ChangeRow[] {
  let bytes = 0;
  const end = rows.findIndex((row, index) => {
    bytes += Buffer.byteLength(row.body ?? '') + wrappingBytes;
    return index > 0 && bytes > maxPageBytes;
  });
  return end === -1 ? rows : rows.slice(0, end);
}

function asChange(row: ChangeRow): Change {
  const document: unknown = row.body === null ? null : JSON.parse(row.body);
  return { seq: row.seq, entity: row.entity, id: row.entity_id, document } as Change;
}

/** What a desk needs at once: each conversation with its newest messages. Older ones are fetched when somebody scrolls. */
const snapshotConversations = 40;
const snapshotMessages = 10;

async function readSnapshotPage(
  tx: AgencyTx,
  place: SnapshotPlace,
  first: boolean,
  clock: Clock,
): Promise<PageAndNext> {
  const { seq } = place.asOf;
  const conversations = await conversationsAt(tx, place.next, seq);
  const changes: Change[] = first ? await readAgencyChanges(tx, seq) : [];
  let bytes = bytesOf(changes);
  let last: Conversation | undefined;
  for (const conversation of conversations) {
    const thread = await readThreadChanges(tx, conversation, seq);
    bytes += bytesOf(thread);
    if (last !== undefined && bytes > maxPageBytes) break;
    changes.push(...thread);
    last = conversation;
  }
  const exhausted = conversations.length < snapshotConversations && last === conversations.at(-1);
  const next = await placeAfter(tx, place, last, exhausted);
  const head = await readHead(tx);
  return {
    snapshot: next === null ? null : { asOf: place.asOf, next },
    page: {
      kind: 'snapshot',
      epoch: place.asOf.epoch,
      first,
      fromSeq: null,
      toSeq: next === null ? seq : null,
      changes,
      caughtUp: next === null && head.seq === seq,
      serverNow: clock(),
    },
  };
}

async function conversationsAt(tx: AgencyTx, next: Next, seq: number): Promise<Conversation[]> {
  if (next.kind === 'listed') return listConversations(tx, next.after, snapshotConversations, seq);
  const found: Conversation[] = [];
  for (const id of await listMoved(tx, seq, next.afterId)) {
    const conversation = await readConversation(tx, id, seq);
    if (conversation !== null) found.push(conversation);
  }
  return found;
}

async function placeAfter(
  tx: AgencyTx,
  { asOf, next }: SnapshotPlace,
  last: Conversation | undefined,
  exhausted: boolean,
): Promise<Next | null> {
  if (!exhausted && last !== undefined) {
    return next.kind === 'moved'
      ? { kind: 'moved', afterId: last.id }
      : { kind: 'listed', after: { lastMessageAt: last.lastMessageAt, id: last.id } };
  }
  if (next.kind === 'moved' || (await listMoved(tx, asOf.seq, '')).length === 0) return null;
  return { kind: 'moved', afterId: '' };
}

async function listMoved(tx: AgencyTx, seq: number, afterId: string): Promise<string[]> {
  const rows = await tx.all<{ id: string }>(
    `select distinct entity_id as id from changes
     where agency_id = :agency and seq > :seq and entity = 'conversation' and entity_id > :afterId
     order by entity_id limit :limit`,
    { seq, afterId, limit: snapshotConversations },
  );
  return rows.map(({ id }) => id);
}

async function readThreadChanges(tx: AgencyTx, conversation: Conversation, seq: number): Promise<Change[]> {
  const messages = await listMessages(tx, conversation.id, null, snapshotMessages, seq);
  return [
    { seq, entity: 'conversation', id: conversation.id, document: conversation },
    ...messages.map((message) => ({ seq, entity: 'message', id: message.id, document: message }) satisfies Change),
  ];
}

function bytesOf(changes: readonly Change[]): number {
  return Buffer.byteLength(JSON.stringify(changes));
}

async function readAgencyChanges(tx: AgencyTx, seq: number): Promise<Change[]> {
  const agency = await readAgency(tx);
  const accounts = await listAccounts(tx, seq);
  return [
    { seq, entity: 'agency', id: agency.id, document: agency },
    ...accounts.map((account) => ({ seq, entity: 'account', id: account.id, document: account }) satisfies Change),
  ];
}
