import type { DeskStores } from '../desk.ts';
import { handoffItems, inboxItems, type ListItem } from '../display/list-items.ts';

export type ListStores = Pick<DeskStores, 'view' | 'inbox' | 'handoffsList'>;

/** The list that is on screen now. */
export function shownItems({ view, inbox, handoffsList }: ListStores): ListItem[] {
  const { ids, hasMore } = handoffsList.getState();
  const { lanes: table, counts } = inbox.getState();
  return view.getState().place === 'handoffs' ? handoffItems(ids, hasMore) : inboxItems(table, counts);
}
