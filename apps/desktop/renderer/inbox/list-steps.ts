import type { Row } from '../../contract/views.ts';
import { type ListItem, type ListStores, shownItems } from './list-items.ts';

/**
 * Where conversation `id` stands among `items`. One that is not there (its lane is folded, or it was opened from a search)
 * stands between two of them, which is half a step from each; -1 when nothing is known of its place.
 */
export function placeAmong(
  items: readonly ListItem[],
  id: string,
  row: Row | null,
  { view, inbox }: ListStores,
): number {
  const at = items.findIndex((item) => item.kind === 'row' && item.id === id);
  if (at >= 0 || row === null || view.getState().place === 'handoffs') return at;
  const { lane, index } = inbox.getState().placeOf(row);
  const header = items.findIndex((item) => item.kind === 'header' && item.lane === lane);
  if (header < 0) return -1;
  return inbox.getState().lanes[lane].isFolded ? header + 0.5 : header + index + 0.5;
}

/** The item next to the place `at` that the keyboard may stand on. From nowhere it is the first one. */
export function itemBeside(
  items: readonly ListItem[],
  at: number,
  by: 1 | -1,
  stopsAt: (item: ListItem) => boolean,
): ListItem | null {
  if (at < 0) return items.find(stopsAt) ?? null;
  for (let index = by === 1 ? Math.floor(at) + 1 : Math.ceil(at) - 1; index in items; index += by) {
    const item = items[index];
    if (item !== undefined && stopsAt(item)) return item;
  }
  return null;
}

/** The conversation to go on with after `id`: the next one, else the one before it. */
export function nextAfter(id: string, row: Row | null, stores: ListStores): string | null {
  const items = shownItems(stores);
  const at = placeAmong(items, id, row, stores);
  const isOther = (item: ListItem) => item.kind === 'row' && item.id !== id;
  const found = itemBeside(items, at, 1, isOther) ?? itemBeside(items, at, -1, isOther);
  return found?.kind === 'row' ? found.id : null;
}
