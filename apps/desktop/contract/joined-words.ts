/** Two texts for one field, both kept: one under the other, unless one of them holds all lines of the other already. */
export function joinedWords(first: string, second: string): string {
  if (first.trim() === '' || holdsLines(second, first)) return second;
  return second.trim() === '' || holdsLines(first, second) ? first : `${first}\n${second}`;
}

/** Whole lines: "No" is not in "Not before Friday". */
function holdsLines(text: string, lines: string): boolean {
  const trimmed = (each: string): string => `\n${each.trim().replace(/[^\S\n]+$/gm, '')}\n`;
  return trimmed(text).includes(trimmed(lines));
}
