import { type FocusTargets, panes } from './focus-targets.ts';

/** To the next or previous part of the window that can take the focus; from nowhere to the first or last one. */
export function goToPane(focus: FocusTargets, by: 1 | -1): void {
  const pane = focus.paneOf(document.activeElement);
  const at = pane === null ? -1 : panes.indexOf(pane);
  const begin = at < 0 && by === -1 ? panes.length : at;
  for (let step = 1; step <= panes.length; step += 1) {
    const next = panes[(begin + step * by + panes.length * 2) % panes.length];
    if (next !== undefined && focus.focus(next)) return;
  }
}

/** Where the focus belongs when nothing else has it: on the row that is acted on, else on the thread, else on the list. */
export function focusSomewhere(focus: FocusTargets, conversationId: string | null): boolean {
  if (conversationId !== null && focus.focus(`row ${conversationId}`)) return true;
  return focus.focus('thread') || focus.focus('list');
}
