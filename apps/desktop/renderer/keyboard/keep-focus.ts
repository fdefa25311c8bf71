import type { Desk } from '../start.ts';
import { actedOn } from '../stores/view.ts';
import { focusPane, focusSomewhere, isInComposer, type Pane, paneOf } from './panes.ts';

const mostTries = 10;

/** What the change of a store leads to is on the screen two frames later. */
const soon = (check: () => void) => requestAnimationFrame(() => requestAnimationFrame(check));

/**
 * The focus is never lost: when what had it goes away with a thread, a list or a dialog, it goes to what one acts on. When only a
 * button went, with what it had to offer, the focus stays in that part of the window. Returns how to stop.
 */
export function keepFocus({ view, thread }: Desk): () => void {
  // A list that was hidden measures itself before it draws a row that can have the focus.
  const look = (pane: Pane | null = null, tries = mostTries) =>
    soon(() => {
      const active = document.activeElement;
      if (view.getState().dialog !== null || !document.hasFocus()) return;
      if (active !== null && active !== document.body) return;
      if (pane !== null && focusPane(pane)) return;
      if (!focusSomewhere(actedOn(view.getState())) && tries > 1) look(pane, tries - 1);
    });
  const onFocusOut = ({ target, relatedTarget }: FocusEvent) => {
    if (!(target instanceof HTMLElement) || relatedTarget !== null) return;
    const pane = paneOf(target);
    const isDisabled = target.matches(':disabled');
    // Whoever presses beside everything wants the focus nowhere: what had it is still there then.
    requestAnimationFrame(() => {
      if (isDisabled || !target.isConnected) look(pane);
    });
  };

  document.addEventListener('focusout', onFocusOut);
  const stopView = view.subscribe((state, before) => {
    if (state.dialog !== before.dialog || state.openId !== before.openId || state.place !== before.place) look();
  });
  const stopThread = thread.subscribe((state, before) => {
    if (state.phase !== before.phase || state.conversationId !== before.conversationId) look();
  });
  return () => {
    document.removeEventListener('focusout', onFocusOut);
    stopView();
    stopThread();
  };
}

/** The keyboard goes to the conversation that was just opened, unless somebody has begun to write there meanwhile. */
export function focusOpened({ view }: Pick<Desk, 'view'>, conversationId: string, pane: Pane = 'thread'): void {
  soon(() => {
    if (view.getState().dialog !== null || view.getState().openId !== conversationId) return;
    if (!isInComposer(document.activeElement)) focusPane(pane);
  });
}
