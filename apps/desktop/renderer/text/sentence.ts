import { type Reason, sentenceOf } from '@transom/shared';
import { text } from './spoken.ts';

/** What a code and its parameters say, in the language of this window. */
export function sentence(said: Reason): string {
  return sentenceOf(text, said);
}
