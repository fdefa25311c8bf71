import { createCoreClient } from '../core-client.ts';
import { askSystemAgain } from '../desk/formats.ts';
import type { Desk } from '../desk.ts';
import { watchPresence } from '../presence.ts';
import { openTransport } from '../transport.ts';
import { createDesk } from './create-desk.ts';

/** The desk of this page, connected to its core. */
export function startDesk(page: Window): Desk {
  const client = createCoreClient(openTransport(page));
  const presence = watchPresence(page);
  const desk = createDesk(client, page.localStorage, () => performance.now(), presence);
  presence.follow(client, desk.shown, desk.readIfHere);
  page.document.addEventListener('visibilitychange', () => {
    const isVisible = page.document.visibilityState === 'visible';
    desk.clock.getState().setVisible(isVisible);
    if (!isVisible) void desk.compose.getState().flush();
  });
  page.addEventListener('languagechange', askSystemAgain);
  page.addEventListener('pagehide', () => void desk.compose.getState().flush());
  const applyTheme = () => {
    page.document.documentElement.dataset['theme'] = desk.view.getState().theme;
  };
  applyTheme();
  desk.view.subscribe(applyTheme);
  return desk;
}
