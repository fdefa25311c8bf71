import type { DeskStores } from '../desk.ts';

/** From this width on the details stand beside the thread; below it they slide over it. */
const wideEnough = '(width >= 1280px)';

/** Whether the details cover the thread, as they do where there is no room beside it. */
export function areDetailsOver({ view }: Pick<DeskStores, 'view'>): boolean {
  return view.getState().context === 'open' && !window.matchMedia(wideEnough).matches;
}

export function toggleDetails({ view }: Pick<DeskStores, 'view'>): void {
  const { context, setContext } = view.getState();
  const isWide = window.matchMedia(wideEnough).matches;
  const isShown = context === 'open' || (context === 'auto' && isWide);
  setContext(isShown ? 'closed' : isWide ? 'auto' : 'open');
}
