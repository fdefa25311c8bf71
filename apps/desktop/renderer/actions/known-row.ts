import type { Row } from '../../contract/views.ts';
import type { DeskStores } from '../desk.ts';

/** The row of a conversation, from whichever list has it. */
export function knownRow(
  id: string,
  { inbox, handoffsList, thread }: Pick<DeskStores, 'inbox' | 'handoffsList' | 'thread'>,
): Row | null {
  const open = thread.getState().row;
  return inbox.getState().rows.get(id) ?? handoffsList.getState().rows.get(id) ?? (open?.id === id ? open : null);
}
