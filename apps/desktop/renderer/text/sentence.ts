import { en, type Reason, sentenceOf } from '@transom/shared';

/** What a code and its parameters say, in the language of this window. */
export function sentence(said: Reason): string {
  return sentenceOf(en, said);
}
