import type { CoreClient } from './core-client.ts';

/** Somebody who has touched neither keyboard nor pointer for this long may have gone. */
const awayAfterMs = 60_000;

/** The conversation that is drawn; null while it is still loading, or only passed on the way to another one. */
export type Shown = {
  readonly conversationId: () => string | null;
  readonly subscribe: (listener: () => void) => void;
};

export type Presence = {
  /** Whether somebody is at this window: it has the focus, is visible, and was touched within the last minute. */
  readonly isHere: () => boolean;
  /** Calls back when somebody arrives, and tells the core, now and at each change, which conversation they see. */
  readonly follow: (client: CoreClient, shown: Shown, onCome: () => void) => void;
};

export function watchPresence(page: Window): Presence {
  let isTouched = true;
  let away: ReturnType<typeof setTimeout> | undefined;
  let onChange: () => void = () => undefined;
  const isHere = (): boolean => isTouched && page.document.hasFocus() && page.document.visibilityState === 'visible';

  const touched = (): void => {
    clearTimeout(away);
    away = setTimeout(() => {
      isTouched = false;
      onChange();
    }, awayAfterMs);
    if (isTouched) return;
    isTouched = true;
    onChange();
  };
  for (const event of ['focus', 'blur'] as const) page.addEventListener(event, () => onChange());
  page.document.addEventListener('visibilitychange', () => onChange());
  for (const event of ['keydown', 'pointermove', 'pointerdown', 'wheel'] as const)
    page.addEventListener(event, touched, { passive: true, capture: true });
  touched();

  return {
    isHere,
    follow(client, shown, onCome) {
      let told = '';
      let wasHere = isHere();
      // No alert repeats what somebody just read, and none is missing for what nobody saw.
      const tell = (): void => {
        const shows = { conversationId: shown.conversationId(), isActive: isHere() };
        const next = JSON.stringify(shows);
        if (next === told) return;
        told = next;
        client.call('window.shows', shows).catch(() => {
          told = '';
        });
      };
      onChange = () => {
        tell();
        if (isHere() && !wasHere) onCome();
        wasHere = isHere();
      };
      shown.subscribe(tell);
      client.onLink((isUp) => {
        told = '';
        if (isUp) tell();
      });
    },
  };
}
