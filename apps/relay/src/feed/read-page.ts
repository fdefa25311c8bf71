import { type Cursor, type Entity, maxPageBytes, maxPageChanges } from '@transom/shared';
import type { AgencyStore, AgencyTx } from '../store/port.ts';
import { readSnapshotPage, type SnapshotPlace } from './read-snapshot.ts';
import { WrittenPage, writeChange } from './written-page.ts';

/**
 * Pages of one agency's change feed. Live and catching up are the same question: what comes after this cursor?
 *
 *   changes    contiguous from the cursor on
 *   snapshot   if there is no usable cursor. It notes the head first, then reads the current documents in pages; the
 *              changes after that head follow. A document that changed meanwhile is sent again, with a higher `rev`.
 */
export type PageAndNext = { readonly page: WrittenPage; readonly snapshot: SnapshotPlace | null };
/** Where a desk is: after a change, or within a snapshot. */
export type FeedPlace = { readonly cursor: Cursor | null; readonly snapshot: SnapshotPlace | null };

type Head = { readonly epoch: string; readonly seq: number };
/** Where changes end for all desks of one round: at the head that the first of them found, although more may have been written since. */
export type EndOfRound = { head: Head | null };

/** The next page for a desk at `place`; empty when it has everything. */
export async function readPage(
  agency: AgencyStore,
  { cursor, snapshot }: FeedPlace,
  end: EndOfRound = { head: null },
): Promise<PageAndNext> {
  return agency.read(async (tx) => {
    const head = await readHead(tx);
    if (snapshot !== null) return readSnapshotPage(tx, snapshot, head.seq, false);
    end.head ??= head;
    const isBefore = cursor !== null && cursor.seq <= end.head.seq && end.head.epoch === head.epoch;
    const changes = cursor === null ? null : await readChanges(tx, cursor, isBefore ? end.head : head);
    if (changes !== null) return { page: changes, snapshot: null };
    return readSnapshotPage(tx, { asOf: head, next: { kind: 'listed', after: null } }, head.seq, true);
  });
}

async function readHead(tx: AgencyTx): Promise<Head> {
  const head = await tx.get<Head>(`select epoch, seq from agencies where id = :agency`);
  if (head === undefined) throw new Error(`There is no agency ${tx.agencyId}.`);
  return head;
}

type ChangeRow = { seq: number; entity: Entity; entity_id: string; body: string | null; merged_into: string | null };

/** Null for a useless cursor: of another epoch, from the future, or followed by changes that are no longer all kept. */
async function readChanges(tx: AgencyTx, cursor: Cursor, head: Head): Promise<WrittenPage | null> {
  if (cursor.epoch !== head.epoch || cursor.seq > head.seq) return null;
  const rows = await tx.all<ChangeRow>(
    `select c.seq, c.entity, c.entity_id, c.body, m.merged_into from changes c
     left join merged_conversations m on m.agency_id = c.agency_id and m.id = c.entity_id and c.body is null and c.entity = 'conversation'
     where c.agency_id = :agency and c.seq > :seq and c.seq <= :upTo order by c.seq limit :limit`,
    { seq: cursor.seq, upTo: head.seq, limit: maxPageChanges },
  );
  const isWhole = rows.every(({ seq }, index) => seq === cursor.seq + 1 + index);
  const reachesHead = rows.length === maxPageChanges || (rows.at(-1)?.seq ?? cursor.seq) === head.seq;
  if (!isWhole || !reachesHead) return null;
  const fitting = takeFitting(rows);
  const toSeq = fitting.at(-1)?.seq ?? cursor.seq;
  return new WrittenPage(
    {
      kind: 'changes',
      epoch: head.epoch,
      first: false,
      fromSeq: cursor.seq,
      toSeq,
      caughtUp: toSeq === head.seq,
    },
    fitting.map(({ seq, entity, entity_id, body, merged_into }) =>
      writeChange(seq, entity, entity_id, body, merged_into),
    ),
  );
}

/** Number, entity and ids around a document. */
const wrappingBytes = 180;

/** The rows that fit into a page; always at least one, however large. */
function takeFitting(rows: readonly ChangeRow[]): readonly ChangeRow[] {
  let bytes = 0;
  const end = rows.findIndex((row, index) => {
    bytes += Buffer.byteLength(row.body ?? '') + wrappingBytes;
    return index > 0 && bytes > maxPageBytes;
  });
  return end === -1 ? rows : rows.slice(0, end);
}
