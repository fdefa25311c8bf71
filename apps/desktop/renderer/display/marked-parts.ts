export type MarkedPart = { readonly start: number; readonly words: string; readonly isMarked: boolean };

/** `excerpt` cut at its marks ([start, end) in UTF-16 units); overlapping or out-of-range marks are clipped, not trusted. */
export function markedParts(excerpt: string, marks: readonly (readonly [number, number])[]): MarkedPart[] {
  const parts: MarkedPart[] = [];
  let at = 0;
  const add = (end: number, isMarked: boolean) => {
    if (end > at) parts.push({ start: at, words: excerpt.slice(at, end), isMarked });
    at = Math.max(at, end);
  };
  for (const [start, end] of marks.toSorted((a, b) => a[0] - b[0])) {
    add(Math.min(Math.max(0, start), excerpt.length), false);
    add(Math.min(Math.max(0, end), excerpt.length), true);
  }
  add(excerpt.length, false);
  return parts;
}
