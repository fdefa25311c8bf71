import type { DraftTab } from '../../contract/views.ts';
import { useDesk } from '../desk-context.tsx';
import { focusOpened } from '../focus/focus-opened.ts';
import { text, type Words } from '../text/spoken.ts';

/** How long dropped words can be restored, unless another notice comes first: they are kept nowhere else. */
const putBackMs = 60_000;

/** Says that words were dropped, and offers to put them into the field of their conversation after all. */
export function usePutBack(conversationId: string, tab: DraftTab): (said: Words, words: string) => void {
  const { compose, view, focus, open } = useDesk();
  return (said, words) => {
    const putBack = async () => {
      await compose.getState().giveBack(conversationId, tab, words);
      await open(conversationId);
      focusOpened({ view, focus }, conversationId, 'composer');
    };
    const action = { label: () => text.thread.putBack, run: () => void putBack() };
    view.getState().say({ words: said, conversationId, action, staysMs: putBackMs });
  };
}
