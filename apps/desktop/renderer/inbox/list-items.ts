import { type Lane, lanes } from '@transom/shared';
import type { Row } from '../../contract/views.ts';
import type { LaneTable } from '../desk/lane-rows.ts';

/** The one list that is drawn: headers and rows in one order, so that one virtualizer can hold it. */
export type ListItem =
  | { readonly kind: 'header'; readonly key: string; readonly lane: Lane }
  | { readonly kind: 'empty'; readonly key: string; readonly lane: Lane }
  | { readonly kind: 'row'; readonly key: string; readonly id: string }
  | { readonly kind: 'more'; readonly key: string; readonly lane: Lane };

/** Height in px; fixed, so that scrolling never has to measure. */
export const itemHeight: Readonly<Record<ListItem['kind'], number>> = { header: 32, empty: 40, row: 72, more: 40 };

export function inboxItems(table: LaneTable): ListItem[] {
  return lanes.flatMap((lane) => {
    const { ids, isFolded, hasMore } = table[lane];
    const header: ListItem = { kind: 'header', key: `lane-${lane}`, lane };
    if (isFolded) return [header];
    const rows = ids.map((id): ListItem => ({ kind: 'row', key: id, id }));
    if (hasMore) return [header, ...rows, { kind: 'more', key: `more-${lane}`, lane } satisfies ListItem];
    return rows.length === 0
      ? [header, { kind: 'empty', key: `empty-${lane}`, lane } satisfies ListItem]
      : [header, ...rows];
  });
}

/** Open and claimed handoffs among the rows that this window holds, oldest first. */
export function handoffItems(table: LaneTable, rows: ReadonlyMap<string, Row>): ListItem[] {
  const waiting = openHandoffs(rows);
  waiting.sort((a, b) => (a.handoff?.openedAt ?? 0) - (b.handoff?.openedAt ?? 0));
  const items = waiting.map(({ id }): ListItem => ({ kind: 'row', key: id, id }));
  const lane = lanes.find((name) => name !== 'done' && table[name].hasMore);
  return lane === undefined ? items : [...items, { kind: 'more', key: `more-${lane}`, lane }];
}

export function openHandoffs(rows: ReadonlyMap<string, Row>): Row[] {
  return [...rows.values()].filter(({ handoff }) => handoff !== null && handoff.state !== 'resolved');
}

export function rowIds(items: readonly ListItem[]): string[] {
  return items.flatMap((item) => (item.kind === 'row' ? [item.id] : []));
}
