import type { Store } from '../cache/store.ts';
import type { Emit } from '../desk.ts';
import type { Applied, ReadPage } from './apply-page.ts';

/**
 * Tells windows what a page changed. While the desk is catching up, sending every row would cost more than reading the list
 * again, so windows are only told to do that: after the first page, when there is something to see, and at the end.
 */
export function announce({ store, emit, tellSession }: { store: Store; emit: Emit; tellSession: () => void }) {
  let behind = false;
  return (page: ReadPage, applied: Applied): void => {
    if (applied.accountsChanged) {
      emit('accounts', { accounts: store.accounts.list() });
      tellSession();
    }
    if (page.kind === 'snapshot' || !page.caughtUp) {
      if (page.first || page.caughtUp) emit('reset', {});
      behind = !page.caughtUp;
      return;
    }
    if (behind) {
      behind = false;
      return emit('reset', {});
    }
    const ids = new Set(applied.conversations.map(({ id }) => id));
    const rows = {
      changed: [...ids].flatMap((id) => store.conversations.read(id) ?? []),
      gone: applied.goneConversations,
    };
    const messages = { changed: applied.messages, gone: applied.goneMessages };
    if ([rows, messages].some(({ changed, gone }) => changed.length > 0 || gone.length > 0))
      emit('changes', { rows, messages });
  };
}
