import { type Lane, lanes } from '@transom/shared';
import { text } from '../text/spoken.ts';

/** The state of the inbox when nobody waits for an answer. With missed conversations it must not say that all is well. */
export function standingWords(counts: Readonly<Record<Lane, number>>): {
  readonly title: string;
  readonly hints: readonly string[];
} {
  const words = text.nothingOpen;
  if (lanes.every((lane) => counts[lane] === 0)) return { title: words.nobody, hints: [words.nobodyHint] };
  if (counts.missed === 0) return { title: words.answered, hints: [words.answeredHint] };
  return { title: words.noneWaits, hints: [words.missed(counts.missed), words.answeredHint] };
}
