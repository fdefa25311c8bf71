import type { Desk } from '../desk.ts';
import { focusSomewhere } from '../focus/go-to-pane.ts';
import { areDetailsOver } from './toggle-details.ts';

/** From details that cover the thread back to the thread, from the thread back to the list. */
export function goBack(desk: Desk): void {
  if (areDetailsOver(desk)) {
    desk.view.getState().setContext('auto');
    return;
  }
  desk.close();
  // By then the next key may have moved the ring already.
  requestAnimationFrame(() => focusSomewhere(desk.focus, desk.view.getState().cursorId));
}
