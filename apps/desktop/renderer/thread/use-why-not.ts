import { barWords } from '../composer/bar-words.ts';
import { useComposerState } from '../composer/use-composer-state.ts';
import { type ComposerMode, canSend, canType } from '../desk/composer-state.ts';
import { useClock, useThread } from '../desk-context.tsx';

/** Why the open conversation takes no text (`typing`) or sends none (`sending`) now, as its composer says it; null when it does. */
export function useWhyNot(mode: ComposerMode, needs: 'typing' | 'sending'): string | null {
  const row = useThread((state) => state.row);
  const state = useComposerState(row, mode);
  const isAllowed = needs === 'typing' ? canType(state) : canSend(state);
  return useClock(({ now }) => (row === null || isAllowed ? null : barWords(state, row, now)));
}
