/**
 * Whether two texts are the same words. Meta may return a text trimmed, with other line ends, in another Unicode form, or without
 * invisible characters; compared byte by byte, such a message would not be recognized as ours.
 */
export function areSameWords(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && (one === other || plain(one) === plain(other));
}

/** Zero-width characters, direction marks, and the selectors between the text and emoji forms of a sign. */
const unseen = /\p{Cf}|[\u{FE00}-\u{FE0F}]/gu;
const lineEnd = /[^\S\n]*(?:\r\n?|\n)/g;

function plain(text: string): string {
  return text.normalize('NFC').replace(unseen, '').replace(lineEnd, '\n').trim();
}
