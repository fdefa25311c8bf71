import { dueOf, humanAgentWindowMs, type Lane, laneOf, privateReplyWindowMs, standardWindowMs } from '@transom/shared';
import type { Row } from '../../contract/views.ts';

/** Where a row belongs at `now`. Without a trusted time a window cannot be called closed, so nothing moves to `missed`. */
export function laneAt(row: Row, now: number | null, humanAgentApproved: boolean): Lane {
  if (now !== null) return laneOf(row, now, humanAgentApproved);
  if (row.state === 'done') return 'done';
  return row.state === 'answered' ? 'waiting' : 'answer';
}

/** Whether Meta granted an account the Human Agent feature, on which the end of its windows depends. */
export type Approved = (accountId: string) => boolean;

/**
 * The order of each lane, the same as the core's, because a page continues after the last row held here: what is due
 * soonest first where somebody waits for us, what closed last first where it is too late, newest first elsewhere.
 */
export function compareRows(lane: Lane, a: Row, b: Row, approved: Approved): number {
  return position(lane, a, approved) - position(lane, b, approved) || compareIds(a.id, b.id);
}

function position(lane: Lane, row: Row, approved: Approved): number {
  if (lane === 'answer') return dueAt(row);
  return lane === 'missed' ? -openUntil(row, approved(row.accountId)) : -row.lastMessageAt;
}

/** When the last way to answer this person ends or ended. */
function openUntil({ window: { openedAt, comment } }: Row, isApproved: boolean): number {
  const direct = openedAt === null ? 0 : openedAt + (isApproved ? humanAgentWindowMs : standardWindowMs);
  const isReplyFree = comment !== null && comment.privateReplyUsedAt === null;
  return Math.max(direct, isReplyFree ? comment.at + privateReplyWindowMs : 0);
}

function dueAt(row: Row): number {
  return dueOf(row)?.at ?? row.lastMessageAt;
}

function compareIds(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** The index in `ids`, sorted by the lane's order and without `row`, at which `row` belongs. */
export function placeIn(
  lane: Lane,
  ids: readonly string[],
  rows: ReadonlyMap<string, Row>,
  row: Row,
  approved: Approved,
): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = rows.get(ids[middle] ?? '');
    if (other !== undefined && compareRows(lane, other, row, approved) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
