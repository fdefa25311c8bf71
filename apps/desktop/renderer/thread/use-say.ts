import { useDesk, useThread } from '../desk-context.tsx';
import { text, type Words } from '../text/spoken.ts';

/**
 * Says what could not be done in the open conversation. What worked is visible, and does not clear the notice, which may be another one.
 */
export function useSay(): { readonly say: (words: Words) => void; readonly notReached: () => void } {
  const { view } = useDesk();
  const conversationId = useThread((state) => state.conversationId);
  const say = (words: Words) => view.getState().say(conversationId === null ? { words } : { words, conversationId });
  return { say, notReached: () => say(() => text.notice.notReached) };
}
