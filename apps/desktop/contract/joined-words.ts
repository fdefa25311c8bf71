/** Keeps both of two texts for one field: one below the other, unless one already contains all lines of the other. */
export function joinedWords(first: string, second: string): string {
  if (first.trim() === '' || holdsLines(second, first)) return second;
  return second.trim() === '' || holdsLines(first, second) ? first : `${first}\n${second}`;
}

/** Whole lines: "No" is not in "Not before Friday". */
function holdsLines(text: string, lines: string): boolean {
  const trimmed = (each: string): string => `\n${each.trim().replace(/[^\S\n]+$/gm, '')}\n`;
  return trimmed(text).includes(trimmed(lines));
}
