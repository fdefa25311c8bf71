import { useDesk } from '../desk-context.tsx';
import { text } from '../text/en.ts';

/** Tells what could not be done; null takes the last word back. */
export function useSay(): { readonly say: (words: string | null) => void; readonly notReached: () => void } {
  const { view } = useDesk();
  const say = (words: string | null) => view.getState().say(words);
  return { say, notReached: () => say(text.notice.notReached) };
}
