import { type Lane, lanes } from '@transom/shared';
import type { Row } from '../../contract/views.ts';
import { laneAt, type OrderFacts } from '../display/lane-order.ts';
import { type LaneTable, moveRow, trimLane, without } from '../display/lane-rows.ts';
import type { InboxListState, RowChange } from './inbox-list-state.ts';

/** How the rows held here change, without a store: each function returns what changes. */
type Held = Pick<InboxListState, 'rows' | 'lanes'>;

export const laneFor = (row: Row, facts: OrderFacts): Lane => laneAt(row, facts.now(), facts.rulesOf(row));

/** Adds the next rows of one lane as the core reads them; newer revisions win. */
export function withPage(
  { rows, lanes: table }: Held,
  lane: Lane,
  page: { readonly rows: readonly Row[]; readonly hasMore: boolean },
  facts: OrderFacts,
): Held {
  const held = new Map(rows);
  let next: LaneTable = table;
  for (const row of page.rows) {
    const known = held.get(row.id);
    const newest = known !== undefined && known.rev > row.rev ? known : row;
    held.set(row.id, newest);
    next = moveRow(next, held, newest, laneFor(newest, facts), true, facts);
  }
  return { rows: held, lanes: { ...next, [lane]: { ...next[lane], hasMore: page.hasMore, isLoading: false } } };
}

/** Puts the rows of `ids` in their places. Rows that are in no lane are dropped unless they are in `kept`. */
export function withPlaced(
  { rows, lanes: table }: Held,
  ids: Iterable<string>,
  kept: ReadonlyMap<string, unknown>,
  facts: OrderFacts,
): Held {
  const held = new Map(rows);
  let next: LaneTable = table;
  for (const id of ids) {
    const row = held.get(id);
    if (row !== undefined) next = moveRow(next, held, row, laneFor(row, facts), false, facts);
  }
  for (const lane of lanes) {
    const trimmed = trimLane(next[lane]);
    if (trimmed !== next[lane]) next = { ...next, [lane]: trimmed };
  }
  const standing = new Set(lanes.flatMap((lane) => next[lane].ids));
  for (const id of held.keys()) if (!standing.has(id) && !kept.has(id)) held.delete(id);
  return { rows: held, lanes: next };
}

/**
 * Applies a change from the core. `expected` are the rows whose next change is this person's own; those that arrived are removed from it.
 */
export function withChange(
  state: Pick<InboxListState, 'rows' | 'lanes' | 'waiting' | 'isHeld'>,
  { changed, gone }: RowChange,
  expected: Set<string>,
  facts: OrderFacts,
): Pick<InboxListState, 'rows' | 'lanes' | 'waiting'> {
  const rows = new Map(state.rows);
  const table = without(state.lanes, new Set(gone));
  const fresh = changed.filter((row) => (rows.get(row.id)?.rev ?? -1) <= row.rev);
  const waiting = new Map(gone.length === 0 ? state.waiting : [...state.waiting].filter(([id]) => !gone.includes(id)));
  const due = new Set<string>();
  for (const row of fresh) {
    const kind = rows.has(row.id) ? 'moved' : 'new';
    rows.set(row.id, row);
    // Even if the row is placed for another reason, this was the expected change: the next one is somebody else's.
    const isExpected = expected.delete(row.id);
    const lane = laneFor(row, facts);
    if (!state.isHeld || lane === 'closing' || isExpected) due.add(row.id);
    else if (moveRow(table, rows, row, lane, false, facts) !== table || (kind === 'new' && isNews(row, lane)))
      waiting.set(row.id, waiting.get(row.id) ?? kind);
  }
  for (const id of gone) rows.delete(id);
  if (!state.isHeld) for (const id of waiting.keys()) due.add(id);
  for (const id of due) waiting.delete(id);
  return { ...withPlaced({ rows, lanes: table }, due, waiting, facts), waiting };
}

/** Whether a row is news even if it belongs after the last one held here. */
const isNews = (row: Row, lane: Lane): boolean => row.unread && lane === 'answer';

/** Rows whose lane changed merely because time passed. */
export function overtaken({ rows, lanes: table }: Held, facts: OrderFacts): Row[] {
  return (['closing', 'answer', 'later'] as const).flatMap((lane) =>
    table[lane].ids.flatMap((id) => {
      const row = rows.get(id);
      return row === undefined || laneFor(row, facts) === lane ? [] : [row];
    }),
  );
}
