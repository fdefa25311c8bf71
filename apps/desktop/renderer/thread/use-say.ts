import { useDesk, useThread } from '../desk-context.tsx';
import { text } from '../text/en.ts';

/** Tells what could not be done in the open conversation; null takes the last word back. */
export function useSay(): { readonly say: (words: string | null) => void; readonly notReached: () => void } {
  const { view } = useDesk();
  const conversationId = useThread((state) => state.conversationId);
  const say = (words: string | null) =>
    view
      .getState()
      .say(words === null ? null : conversationId === null ? { text: words } : { text: words, conversationId });
  return { say, notReached: () => say(text.notice.notReached) };
}
