import type { Desk } from '../desk.ts';
import { actedOn } from '../stores/view.ts';
import { soon } from './focus-opened.ts';
import type { Pane } from './focus-targets.ts';
import { focusSomewhere } from './go-to-pane.ts';

const maxTries = 10;

/**
 * The focus is never lost: when the focused element disappears with a thread, a list or a dialog, the focus goes to what commands act on.
 * When only a button disappears, the focus stays in that part of the window. Returns how to stop.
 */
export function keepFocus({ view, thread, focus }: Desk): () => void {
  // A list that was hidden measures itself before it draws a row that can have the focus.
  const look = (pane: Pane | null = null, tries = maxTries) =>
    soon(() => {
      const active = document.activeElement;
      if (view.getState().dialog !== null || !document.hasFocus()) return;
      if (active !== null && active !== document.body) return;
      if (pane !== null && focus.focus(pane)) return;
      if (!focusSomewhere(focus, actedOn(view.getState())) && tries > 1) look(pane, tries - 1);
    });
  let pane = focus.paneOf(document.activeElement);
  const onFocusIn = ({ target }: FocusEvent) => {
    if (target instanceof HTMLElement) pane = focus.paneOf(target);
  };
  const onFocusOut = ({ target, relatedTarget }: FocusEvent) => {
    if (!(target instanceof HTMLElement) || relatedTarget !== null) return;
    // The part recorded on focusin: an element that is being removed from the page is no longer in any part of the window.
    const left = pane;
    const isDisabled = target.matches(':disabled');
    // A press on empty space is meant to focus nothing; the element that had the focus is still there then.
    requestAnimationFrame(() => {
      if (isDisabled || !target.isConnected) look(left);
    });
  };

  document.addEventListener('focusin', onFocusIn);
  document.addEventListener('focusout', onFocusOut);
  const stopView = view.subscribe((state, before) => {
    if (state.dialog !== before.dialog || state.openId !== before.openId || state.place !== before.place) look();
  });
  const stopThread = thread.subscribe((state, before) => {
    if (state.phase !== before.phase || state.conversationId !== before.conversationId) look();
  });
  return () => {
    document.removeEventListener('focusin', onFocusIn);
    document.removeEventListener('focusout', onFocusOut);
    stopView();
    stopThread();
  };
}
