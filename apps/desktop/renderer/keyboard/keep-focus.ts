import type { Desk } from '../start.ts';
import { actedOn } from '../stores/view.ts';
import { focusPane, focusSomewhere } from './panes.ts';

const mostTries = 10;

/**
 * The focus is never lost: when what had it goes away with a thread, a list or a dialog, it goes to what one acts on. After a
 * dialog that opened a conversation it goes there. Returns how to stop.
 */
export function keepFocus({ view, thread }: Desk): () => void {
  let hasDialogJustClosed = false;
  let isThreadAwaited = false;

  // What the change of a store leads to is on the screen two frames later.
  const soon = (check: () => void) => requestAnimationFrame(() => requestAnimationFrame(check));
  // A list that was hidden measures itself before it draws a row that can have the focus.
  const look = (tries = mostTries) =>
    soon(() => {
      const active = document.activeElement;
      if (view.getState().dialog !== null || !document.hasFocus()) return;
      if (active !== null && active !== document.body) return;
      if (!focusSomewhere(actedOn(view.getState())) && tries > 1) look(tries - 1);
    });
  const awaitThread = () => {
    const { phase, conversationId } = thread.getState();
    if (!isThreadAwaited || phase !== 'ready' || conversationId !== view.getState().openId) return;
    isThreadAwaited = false;
    soon(() => focusPane('thread'));
  };

  const stopView = view.subscribe((state, before) => {
    if (before.dialog !== null && state.dialog === null) {
      hasDialogJustClosed = true;
      soon(() => (hasDialogJustClosed = false));
    }
    if (state.openId !== before.openId) isThreadAwaited = hasDialogJustClosed && state.openId !== null;
    if (state.dialog !== before.dialog || state.openId !== before.openId || state.place !== before.place) look();
  });
  const stopThread = thread.subscribe((state, before) => {
    if (state.phase === before.phase && state.conversationId === before.conversationId) return;
    awaitThread();
    look();
  });
  return () => {
    stopView();
    stopThread();
  };
}
