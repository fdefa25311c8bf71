import { createCoreClient } from '../core-client.ts';
import type { Desk } from '../desk.ts';
import { watchPresence } from '../presence.ts';
import { openTransport } from '../transport.ts';
import { createDesk } from './create-desk.ts';
import { followSystem } from './follow-system.ts';

/** The desk of this page, connected to its core. */
export function startDesk(page: Window): Desk {
  const client = createCoreClient(openTransport(page));
  const presence = watchPresence(page);
  const desk = createDesk(client, page.localStorage, () => performance.now(), presence);
  followSystem(page, desk, () => performance.now());
  presence.follow(client, desk.shown, desk.readIfHere);
  page.document.addEventListener('visibilitychange', () => {
    const isVisible = page.document.visibilityState === 'visible';
    desk.clock.getState().setVisible(isVisible);
    if (!isVisible) void desk.compose.getState().flush();
  });
  page.addEventListener('pagehide', () => void desk.compose.getState().flush());
  const applyTheme = () => {
    page.document.documentElement.dataset['theme'] = desk.view.getState().theme;
  };
  applyTheme();
  desk.view.subscribe(applyTheme);
  return desk;
}
