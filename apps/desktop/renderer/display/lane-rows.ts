import { type Lane, lanes } from '@transom/shared';
import type { Row } from '../../contract/views.ts';
import { type OrderFacts, placeIn } from './lane-order.ts';

/** The first rows of one lane. `hasMore`: the core has rows after the last one here. */
export type LaneRows = {
  readonly ids: readonly string[];
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly isFolded: boolean;
  /** How many rows to keep; excess ones are dropped at the end, where nobody looks. */
  readonly target: number;
};
export type LaneTable = Readonly<Record<Lane, LaneRows>>;

const empty: LaneRows = { ids: [], hasMore: false, isLoading: false, isFolded: false, target: 100 };
export const noLanes: LaneTable = {
  closing: empty,
  answer: empty,
  missed: empty,
  later: empty,
  waiting: empty,
  unreachable: { ...empty, isFolded: true, hasMore: true },
  done: { ...empty, isFolded: true, hasMore: true },
};

/** Rows beyond the target that are kept, so that a lane is not trimmed with every new row. */
const slack = 20;

/**
 * `table` with `row` at its place in `lane`; the same object when it is there already. A row that belongs after the last one held, where
 * the core has more, is left out unless `isPage`: it is loaded when somebody scrolls there.
 */
export function moveRow(
  table: LaneTable,
  rows: ReadonlyMap<string, Row>,
  row: Row,
  lane: Lane,
  isPage: boolean,
  facts: OrderFacts,
): LaneTable {
  const from = lanes.find((name) => table[name].ids.includes(row.id));
  const { ids, hasMore } = table[lane];
  const others = from === lane ? ids.filter((id) => id !== row.id) : ids;
  const index = placeIn(lane, others, rows, row, facts);
  const isOutside = index === others.length && hasMore && !isPage;
  if (from === lane && ids[index] === row.id && !isOutside) return table;
  if (from === undefined && isOutside) return table;
  const placed = isOutside ? others : [...others.slice(0, index), row.id, ...others.slice(index)];
  const next = { ...table, [lane]: { ...table[lane], ids: placed } };
  if (from === undefined || from === lane) return next;
  return { ...next, [from]: { ...next[from], ids: next[from].ids.filter((id) => id !== row.id) } };
}

export function trimLane(lane: LaneRows): LaneRows {
  if (lane.ids.length <= lane.target + slack) return lane;
  return { ...lane, ids: lane.ids.slice(0, lane.target), hasMore: true };
}

/** `table` without the rows that were erased. */
export function without(table: LaneTable, gone: ReadonlySet<string>): LaneTable {
  if (gone.size === 0) return table;
  return lanes.reduce(
    (all, lane) => ({ ...all, [lane]: { ...all[lane], ids: all[lane].ids.filter((id) => !gone.has(id)) } }),
    table,
  );
}
