import type { Lane } from '@transom/shared';
import type { Row } from '../../contract/views.ts';
import { type ListItem, rowIds } from '../display/list-items.ts';
import type { Surroundings } from '../display/surroundings.ts';
import { type ListStores, shownItems } from './shown-items.ts';

/**
 * The index of conversation `id` among `items`. One that is not in the list (its lane is folded, or it was opened from a search) lies
 * between two items, half a step from each; -1 when its place is unknown.
 */
function placeAmong(items: readonly ListItem[], id: string, row: Row | null, { view, inbox }: ListStores): number {
  const at = items.findIndex((item) => item.kind === 'row' && item.id === id);
  if (at >= 0 || row === null || view.getState().place === 'handoffs') return at;
  const { lane, index } = inbox.getState().placeOf(row);
  const header = items.findIndex((item) => item.kind === 'header' && item.lane === lane);
  if (header < 0) return -1;
  return inbox.getState().lanes[lane].isFolded ? header + 0.5 : header + index + 0.5;
}

const reach = 50;

export function surroundingsOf(id: string, stores: ListStores): Surroundings | null {
  const items = shownItems(stores);
  const at = items.findIndex((item) => item.kind === 'row' && item.id === id);
  if (at < 0) return null;
  return {
    id,
    lane: laneOfItem(items, at),
    before: rowIds(items.slice(0, at)).reverse().slice(0, reach),
    after: rowIds(items.slice(at + 1)).slice(0, reach),
  };
}

/** Where a step starts: at the conversation or, if its row has moved to another lane meanwhile, next to what used to be beside it. */
export function placeToStepFrom(
  items: readonly ListItem[],
  { id, row, by }: { readonly id: string; readonly row: Row | null; readonly by: 1 | -1 },
  stores: ListStores,
): number {
  const at = placeAmong(items, id, row, stores);
  const { surroundings } = stores.view.getState();
  if (surroundings === null || surroundings.id !== id) return at;
  if (items[at] !== undefined && laneOfItem(items, at) === surroundings.lane) return at;
  const indexOf = new Map(items.flatMap((item, index) => (item.kind === 'row' ? [[item.id, index] as const] : [])));
  const [near] = (by === 1 ? surroundings.after : surroundings.before).flatMap((other) => indexOf.get(other) ?? []);
  return near === undefined ? at : near - by / 2;
}

function laneOfItem(items: readonly ListItem[], at: number): Lane | null {
  const header = items.findLast((item, index) => index < at && item.kind === 'header');
  return header?.kind === 'header' ? header.lane : null;
}

/** The nearest item beside `at` where the keyboard may stop. From nowhere (-1) it is the first one. */
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
  const isOther = (item: ListItem) => item.kind === 'row' && item.id !== id;
  const beside = (by: 1 | -1) => itemBeside(items, placeToStepFrom(items, { id, row, by }, stores), by, isOther);
  const found = beside(1) ?? beside(-1);
  return found?.kind === 'row' ? found.id : null;
}
