import { useDesk, useThread } from '../desk-context.tsx';
import { text, type Words } from '../text/spoken.ts';

/** Tells what could not be done in the open conversation. What worked is seen, and takes no word back: another may stand there. */
export function useSay(): { readonly say: (words: Words) => void; readonly notReached: () => void } {
  const { view } = useDesk();
  const conversationId = useThread((state) => state.conversationId);
  const say = (words: Words) => view.getState().say(conversationId === null ? { words } : { words, conversationId });
  return { say, notReached: () => say(() => text.notice.notReached) };
}
