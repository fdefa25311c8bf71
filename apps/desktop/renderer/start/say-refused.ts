import type { EventPayload } from '../../contract/contract.ts';
import type { DeskStores } from '../desk.ts';
import { sentence } from '../text/sentence.ts';
import { text } from '../text/spoken.ts';

/**
 * Says why something that was asked for without a connection was not done. After a day without one there may be many: while one such
 * notice is shown, the next joins it with a count, because each would otherwise replace the one before unread.
 */
export function sayRefused({ view }: Pick<DeskStores, 'view'>): (refused: EventPayload<'refused'>) => void {
  let shown: ReturnType<typeof view.getState>['notice'] = null;
  let count = 0;
  return ({ conversationId, refusal }) => {
    const { notice, say } = view.getState();
    count = notice !== null && notice === shown ? count + 1 : 1;
    const refusals = count;
    if (refusals === 1) say({ words: () => sentence(refusal), conversationId });
    else say({ words: () => text.notice.refusals(refusals, sentence(refusal)), conversationId: null });
    shown = view.getState().notice;
  };
}
