import { dueOf, type Lane, laneOf } from '@transom/shared';
import type { Row } from '../../contract/views.ts';

/** Where a row belongs at `now`. Without a trusted time a window cannot be called closed, so nothing moves to `missed`. */
export function laneAt(row: Row, now: number | null, humanAgentApproved: boolean): Lane {
  if (now !== null) return laneOf(row, now, humanAgentApproved);
  if (row.state === 'done') return 'done';
  return row.state === 'answered' ? 'waiting' : 'answer';
}

/** The order of each lane: what is due soonest first where somebody waits for us, newest first everywhere else. */
export function compareRows(lane: Lane, a: Row, b: Row): number {
  if (lane === 'answer') return dueAt(a) - dueAt(b) || compareIds(a.id, b.id);
  return b.lastMessageAt - a.lastMessageAt || compareIds(b.id, a.id);
}

function dueAt(row: Row): number {
  return dueOf(row)?.at ?? row.lastMessageAt;
}

function compareIds(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** The index in `ids`, sorted by the lane's order and without `row`, at which `row` belongs. */
export function placeIn(lane: Lane, ids: readonly string[], rows: ReadonlyMap<string, Row>, row: Row): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = rows.get(ids[middle] ?? '');
    if (other !== undefined && compareRows(lane, other, row) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
