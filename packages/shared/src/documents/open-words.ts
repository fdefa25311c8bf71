import * as z from 'zod';

/**
 * An open enumeration: a newer relay may use words that this build does not know. Such a word is read as `'unknown'`, which all code that
 * looks at the words must handle. The word itself is not lost: a desk keeps documents as the relay wrote them and reads them again, so a
 * build that knows the word finds it. Anything but a word (a number, nothing at all) is a wrong shape and is rejected.
 */
export function openWords<const Word extends string>(words: z.ZodEnum<{ [W in Word]: W }>) {
  return z.union([words, unknownWord]);
}

const unknownWord = z
  .string()
  .transform((): 'unknown' => 'unknown')
  .pipe(z.literal('unknown'));

/** For an older version: the word or, in place of one that even this build does not know, `instead`. */
export function wordOr<const Word extends string, const Instead extends string>(
  word: Word,
  instead: Instead,
): Exclude<Word, 'unknown'> | Instead {
  return word === 'unknown' ? instead : (word as Exclude<Word, 'unknown'>);
}

/** Whether a document has, anywhere, a word that this build does not know. A text that says "unknown" counts too, which does no harm. */
export function hasUnknownWord(document: unknown): boolean {
  if (typeof document !== 'object' || document === null) return document === 'unknown';
  return Object.values(document).some(hasUnknownWord);
}
