import { knownRow } from '../actions/known-row.ts';
import type { DeskStores, Opening } from '../desk.ts';
import { composerModes } from '../display/composer-state.ts';
import type { Shown } from '../presence.ts';
import type { FocusPoint } from '../stores/thread-state.ts';
import { text } from '../text/spoken.ts';

/** A held key passes conversations faster than they can be drawn; the one it stops on is read after this delay. */
const restMs = 120;

/** Moves thread, field and list to one conversation. It counts as read only if it is shown while somebody is here. */
export function createOpening(stores: DeskStores, isHere: () => boolean): Opening {
  const { view, thread, compose } = stores;
  const shown = shownIn(stores);
  let resting: ReturnType<typeof setTimeout> | undefined;

  const readIfHere = () => {
    if (isHere() && shown.conversationId() !== null) thread.getState().seen();
  };

  const read = async (conversationId: string, at: FocusPoint | null = null) => {
    clearTimeout(resting);
    const known = knownRow(conversationId, stores);
    void compose.getState().open(conversationId, known === null ? null : composerModes(known));
    const isFound = await thread.getState().open(conversationId, at);
    if (!isFound) view.getState().say({ words: () => text.thread.messageNotFound, conversationId });
    readIfHere();
    keepToTabs(conversationId, stores);
  };

  return {
    shown,
    readIfHere,
    open: async (conversationId, at = null) => {
      view.getState().setOpen(conversationId);
      await read(conversationId, at);
    },
    pass: (conversationId) => {
      view.getState().setOpen(conversationId);
      clearTimeout(resting);
      resting = setTimeout(() => void read(conversationId), restMs);
    },
    close: () => {
      clearTimeout(resting);
      view.getState().setOpen(null);
      void compose.getState().close();
      thread.getState().close();
    },
  };
}

/** The tabs of a conversation are known once its row is. */
function keepToTabs(conversationId: string, { view, thread, compose }: DeskStores): void {
  const { row } = thread.getState();
  const { mode, setMode } = compose.getState();
  if (row === null || view.getState().openId !== conversationId) return;
  const modes = composerModes(row);
  if (!modes.includes(mode)) setMode(modes[0] ?? 'reply');
}

function shownIn({ thread, view }: DeskStores): Shown {
  return {
    conversationId: () => {
      const { conversationId, phase } = thread.getState();
      return phase === 'ready' && conversationId === view.getState().openId ? conversationId : null;
    },
    subscribe: (listener) => {
      thread.subscribe(listener);
      view.subscribe(listener);
    },
  };
}
