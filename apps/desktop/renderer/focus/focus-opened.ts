import type { Desk } from '../desk.ts';
import type { Pane } from './focus-targets.ts';

/** The effect of a store's change is on screen two frames later. */
export const soon = (check: () => void): number => requestAnimationFrame(() => requestAnimationFrame(check));

/** Moves the focus to the conversation just opened, unless somebody has begun to write there meanwhile. */
export function focusOpened(
  { view, focus }: Pick<Desk, 'view' | 'focus'>,
  conversationId: string,
  pane: Pane = 'thread',
): void {
  soon(() => {
    if (view.getState().dialog !== null || view.getState().openId !== conversationId) return;
    if (!focus.isActive('composer')) focus.focus(pane);
  });
}
