import { type AccountRules, type Lane, laneOf, positionIn } from '@transom/shared';
import type { Row } from '../../contract/views.ts';

/** Where a row belongs at `now`. Where no time was ever told, nothing can be called closing or closed. */
export function laneAt(row: Row, now: number | null, account: AccountRules): Lane {
  if (now !== null) return laneOf(row, now, account);
  if (row.state === 'done') return 'done';
  return row.state === 'answered' ? 'waiting' : 'answer';
}

/** What the order of rows depends on beyond the rows: the relay's time, or the last one that is known, as in the core; and the rules of their accounts. */
export type OrderFacts = { now(): number | null; rulesOf(row: Row): AccountRules };

/** The order of each lane: the one that the core keeps, because a page continues after the last row held here. */
export function compareRows(lane: Lane, a: Row, b: Row, facts: OrderFacts): number {
  return position(lane, a, facts) - position(lane, b, facts) || compareIds(a.id, b.id);
}

function position(lane: Lane, row: Row, { now, rulesOf }: OrderFacts): number {
  return positionIn(lane, row, now() ?? row.lastMessageAt, rulesOf(row));
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
  facts: OrderFacts,
): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = rows.get(ids[middle] ?? '');
    if (other !== undefined && compareRows(lane, other, row, facts) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
