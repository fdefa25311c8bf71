import type { CoreClient } from './core-client.ts';
import type { ViewStore } from './stores/view.ts';

/** Somebody who has touched neither keyboard nor pointer for this long may have gone. */
const awayAfterMs = 60_000;

/** Tells the core which conversation is before somebody's eyes, so that no alert repeats what they just read. */
export function tellWhatIsSeen(page: Window, client: CoreClient, view: ViewStore): void {
  let told = '';
  let isHere = true;
  let away: ReturnType<typeof setTimeout> | undefined;

  const tell = (): void => {
    const isActive = isHere && page.document.hasFocus() && page.document.visibilityState === 'visible';
    const shows = { conversationId: view.getState().openId, isActive };
    const next = JSON.stringify(shows);
    if (next === told) return;
    told = next;
    client.call('window.shows', shows).catch(() => {
      told = '';
    });
  };
  const touched = (): void => {
    clearTimeout(away);
    away = setTimeout(() => {
      isHere = false;
      tell();
    }, awayAfterMs);
    if (isHere) return;
    isHere = true;
    tell();
  };

  for (const event of ['focus', 'blur'] as const) page.addEventListener(event, tell);
  page.document.addEventListener('visibilitychange', tell);
  for (const event of ['keydown', 'pointermove', 'pointerdown', 'wheel'] as const)
    page.addEventListener(event, touched, { passive: true, capture: true });
  view.subscribe(tell);
  client.onLink((isUp) => {
    told = '';
    if (isUp) tell();
  });
  touched();
}
