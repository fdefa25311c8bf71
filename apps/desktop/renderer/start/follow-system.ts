import { minuteMs } from '@transom/shared';
import type { DeskStores } from '../desk.ts';
import { hearSystem, speech } from '../text/spoken.ts';

/**
 * Follows language and time zone of a computer that travels or is set up again. Browsers report a change of language, but not of zone, so
 * we check when somebody comes to the window, and about once per minute while its clock ticks.
 */
export function followSystem(page: Window, { clock }: Pick<DeskStores, 'clock'>, monotonicNow: () => number): void {
  let heardAt = monotonicNow();
  const hear = () => {
    heardAt = monotonicNow();
    hearSystem();
  };
  page.addEventListener('languagechange', hear);
  page.addEventListener('focus', hear);
  page.document.addEventListener('visibilitychange', hear);
  clock.subscribe(() => {
    if (monotonicNow() - heardAt >= minuteMs) hear();
  });
  const tellPage = () => {
    page.document.documentElement.lang = speech.getState().locale;
  };
  tellPage();
  speech.subscribe(tellPage);
}
