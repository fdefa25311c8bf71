import { type Lane, lanes } from '@transom/shared';
import type { LaneTable } from './lane-rows.ts';

/** The one list that is drawn: headers and rows in one order, so that one virtualizer can hold it. */
export type ListItem =
  | { readonly kind: 'header'; readonly key: string; readonly lane: Lane }
  | { readonly kind: 'empty'; readonly key: string; readonly lane: Lane }
  | { readonly kind: 'row'; readonly key: string; readonly id: string }
  | { readonly kind: 'more'; readonly key: string; readonly lane: Lane | null };

/** Height in px; fixed, so that scrolling never has to measure. */
export const itemHeight: Readonly<Record<ListItem['kind'], number>> = { header: 32, empty: 40, row: 72, more: 40 };

const isRare: ReadonlySet<Lane> = new Set(['unreachable', 'later']);

export function inboxItems(table: LaneTable, counts: Readonly<Record<Lane, number>> | null): ListItem[] {
  return lanes.flatMap((lane) => {
    const { ids, isFolded, hasMore } = table[lane];
    // Buyers who cannot be reached or were put off are rare: an empty lane for them is not worth showing every day.
    if (isRare.has(lane) && ids.length === 0 && (counts?.[lane] ?? 0) === 0) return [];
    const header: ListItem = { kind: 'header', key: `lane-${lane}`, lane };
    if (isFolded) return [header];
    const rows = ids.map((id): ListItem => ({ kind: 'row', key: id, id }));
    if (hasMore) return [header, ...rows, { kind: 'more', key: `more-${lane}`, lane } satisfies ListItem];
    return rows.length === 0
      ? [header, { kind: 'empty', key: `empty-${lane}`, lane } satisfies ListItem]
      : [header, ...rows];
  });
}

export function handoffItems(ids: readonly string[], hasMore: boolean): ListItem[] {
  const items = ids.map((id): ListItem => ({ kind: 'row', key: id, id }));
  return hasMore ? [...items, { kind: 'more', key: 'more', lane: null }] : items;
}

export function rowIds(items: readonly ListItem[]): string[] {
  return items.flatMap((item) => (item.kind === 'row' ? [item.id] : []));
}
