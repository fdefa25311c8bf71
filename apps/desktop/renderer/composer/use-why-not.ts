import type { DraftTab } from '../../contract/views.ts';
import { useClock, useThread } from '../desk-context.tsx';
import { barWords } from '../display/bar-words.ts';
import { canSend, canType } from '../display/composer-state.ts';
import { useComposerState } from './use-composer-state.ts';

/** Why the open conversation takes no text (`typing`) or sends none (`sending`) now, in its composer's words; null when it does. */
export function useWhyNot(mode: DraftTab, needs: 'typing' | 'sending'): string | null {
  const row = useThread((state) => state.row);
  const state = useComposerState(row, mode);
  const isAllowed = needs === 'typing' ? canType(state) : canSend(state);
  return useClock(({ now }) => (row === null || isAllowed ? null : barWords(state, row, now)));
}
