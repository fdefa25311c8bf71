import { newId } from '@transom/shared';
import { type DraftTab, draftTabSchema } from '../../contract/views.ts';
import type { ShownDrafts } from './kept-draft.ts';

type Attempt = { readonly body: string; readonly id: string };
const placeOf = (conversationId: string, tab: DraftTab): string => `${conversationId} ${tab}`;

/**
 * One id per text and tab until there is an answer, so that the core recognizes the same message when it is sent again after a broken pipe.
 */
export type Attempts = ReturnType<typeof createAttempts>;

export function createAttempts() {
  const attempts = new Map<string, Attempt>();
  return {
    idOf(conversationId: string, tab: DraftTab, body: string): string {
      const place = placeOf(conversationId, tab);
      const known = attempts.get(place);
      if (known?.body === body) return known.id;
      const id = newId();
      attempts.set(place, { body, id });
      return id;
    },
    answered(conversationId: string, tab: DraftTab, id: string): void {
      const place = placeOf(conversationId, tab);
      if (attempts.get(place)?.id === id) attempts.delete(place);
    },
    /**
     * Words that are gone from their field were sent or given up; typed again, they are another message. True when there were any: the core
     * had taken them, although its answer was lost.
     */
    forgetGone(conversationId: string, shown: ShownDrafts): boolean {
      const gone = draftTabSchema.options.filter((tab) => {
        const attempt = attempts.get(placeOf(conversationId, tab));
        return attempt !== undefined && attempt.body !== shown[tab].text;
      });
      for (const tab of gone) attempts.delete(placeOf(conversationId, tab));
      return gone.length > 0;
    },
  };
}
