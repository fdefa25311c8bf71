/**
 * Names come from outside, and some change the writing direction. In our sentences a name is wrapped in FIRST STRONG ISOLATE and
 * POP DIRECTIONAL ISOLATE, so that a right-to-left name does not move the words around it.
 */
export function isolated(name: string): string {
  return `\u2068${withoutDirectionMarks(name)}\u2069`;
}

/** Marks, embeddings, overrides and isolates: they draw nothing, and an unclosed one would reverse what follows. */
const turns = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

export function withoutDirectionMarks(words: string): string {
  return words.replace(turns, '');
}
