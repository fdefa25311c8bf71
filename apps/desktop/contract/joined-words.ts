/** Two texts for one field, both kept: one under the other, unless one of them holds the other already. */
export function joinedWords(first: string, second: string): string {
  if (first.trim() === '' || second.includes(first)) return second;
  return second.trim() === '' || first.includes(second) ? first : `${first}\n${second}`;
}
