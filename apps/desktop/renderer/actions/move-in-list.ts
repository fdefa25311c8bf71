import type { Desk } from '../desk.ts';
import type { ListItem } from '../display/list-items.ts';
import { actedOn } from '../stores/view.ts';
import { knownRow } from './known-row.ts';
import { itemBeside, placeToStepFrom } from './list-steps.ts';
import { shownItems } from './shown-items.ts';

/** How a step was requested: arrow keys also stop at lane headers; a held key passes many conversations. */
export type Step = { readonly isArrow: boolean; readonly isRepeat: boolean };

/** Moves to the next or previous conversation of the list. While a thread is open, opens that one instead. */
export function moveInList(desk: Desk, by: 1 | -1, { isArrow, isRepeat }: Step): void {
  const { view } = desk;
  const items = shownItems(desk);
  const to = itemBeside(
    items,
    place(desk, items, by),
    by,
    (item) => item.kind === 'row' || (isArrow && item.kind === 'header'),
  );
  if (to === null) return;
  if (to.kind === 'header') view.getState().setFocusedLane(to.lane);
  else if (to.kind === 'row') {
    view.getState().setFocusedLane(null);
    // From the header of its lane back to the row that has the ring already.
    if (to.id === actedOn(view.getState())) desk.focus.focus(`row ${to.id}`);
    if (view.getState().openId === null) view.getState().setCursor(to.id);
    else if (isRepeat) desk.pass(to.id);
    else void desk.open(to.id);
  }
}

function place(desk: Desk, items: readonly ListItem[], by: 1 | -1): number {
  const { focusedLane } = desk.view.getState();
  if (focusedLane !== null) return items.findIndex((item) => item.kind === 'header' && item.lane === focusedLane);
  const id = actedOn(desk.view.getState());
  return id === null ? -1 : placeToStepFrom(items, { id, row: knownRow(id, desk), by }, desk);
}
