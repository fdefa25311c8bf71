import { type AccountRules, type Lane, laneOf, positionIn } from '@transom/shared';
import type { Row } from '../../contract/views.ts';

/** The lane of a row at `now`. While no time is known at all, nothing can be called closing or closed. */
export function laneAt(row: Row, now: number | null, account: AccountRules): Lane {
  if (now !== null) return laneOf(row, now, account);
  if (row.state === 'done') return 'done';
  return row.state === 'answered' ? 'waiting' : 'answer';
}

/**
 * What the order of rows depends on besides the rows: the relay's time or the last known one, as in the core, and the rules of their
 * accounts.
 */
export type OrderFacts = { now(): number | null; rulesOf(row: Row): AccountRules };

/** The order within a lane, the same as in the core, because a page continues after the last row held here. */
export function compareRows(lane: Lane, a: Row, b: Row, facts: OrderFacts): number {
  return position(lane, a, facts) - position(lane, b, facts) || compareIds(a.id, b.id);
}

function position(lane: Lane, row: Row, { now, rulesOf }: OrderFacts): number {
  return positionIn(lane, row, now() ?? row.lastMessageAt, rulesOf(row));
}

function compareIds(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** The index at which `row` belongs in `ids`, which are in the lane's order and do not contain it. */
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
