import { useEffect, useEffectEvent, useRef } from 'react';
import { useSearch } from '../desk-context.tsx';
import type { Choice } from './choice.ts';

/**
 * What Enter does. Somebody who types a name and Enter in one go means the result for the whole name, not for its first letters, so Enter
 * waits for the answer.
 */
export function useEnter(
  choices: readonly Choice[],
  at: number,
  choose: (choice: Choice | undefined) => void,
): () => void {
  const words = useSearch((state) => state.query)
    .trim()
    .toLocaleLowerCase();
  const isAnswered = useSearch((state) => state.answered === state.query);
  const pressedFor = useRef<string | null>(null);
  const answer = useEffectEvent(() => {
    const isMeant = pressedFor.current === words;
    pressedFor.current = null;
    if (isMeant) choose(choices[0]);
  });
  useEffect(() => {
    if (isAnswered) answer();
  }, [isAnswered]);
  return () => {
    if (isAnswered || words === '' || choices[at]?.kind === 'command') choose(choices[at]);
    else pressedFor.current = words;
  };
}
