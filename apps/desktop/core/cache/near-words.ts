/**
 * The words that somebody with one typo may have meant: two letters swapped, one too many, one missing, one wrong. The likeliest come
 * first. A word with a letter removed must match as a whole; the others may be prefixes, like anything typed in a search.
 */
export type NearWord = { readonly word: string; readonly mayGoOn: boolean };

/** Shorter words are near too many others; a longer one is more than a word. */
const worthwhile = /^\p{L}{4,20}$/u;

const alphabets: readonly (readonly [script: RegExp, letters: string])[] = [
  [/^\p{Script=Latin}+$/u, 'etaoinsrhldcumfpgwybvkxjqz'],
  [/^\p{Script=Cyrillic}+$/u, 'оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё'],
  [/^\p{Script=Greek}+$/u, 'αοιετσνηυρπκμλςθγδβωχφξζψ'],
  [/^\p{Script=Hebrew}+$/u, 'אבגדהוזחטיכךלמםנןסעפףצץקרשת'],
  [/^\p{Script=Arabic}+$/u, 'ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءأإآ'],
];

export function wordsNear(typed: string): NearWord[] {
  if (!worthwhile.test(typed)) return [];
  const word = typed.toLowerCase();
  const letters = Array.from(word);
  const alphabet = Array.from(alphabets.find(([script]) => script.test(word))?.[1] ?? '');
  const places = letters.map((_, index) => index);
  const withPart = (from: number, to: number, part: string): string =>
    [...letters.slice(0, from), part, ...letters.slice(to)].join('');
  const swapped = places.slice(1).map((at) => withPart(at - 1, at + 1, `${letters[at]}${letters[at - 1]}`));
  const shorter = places.map((at) => withPart(at, at + 1, ''));
  // The first letter is rarely the wrong one.
  const others = [...places.slice(1), 0].flatMap((at) => [
    ...alphabet.map((letter) => withPart(at, at, letter)),
    ...alphabet.map((letter) => withPart(at, at + 1, letter)),
  ]);
  const distinct = new Map<string, NearWord>();
  for (const near of shorter) distinct.set(near, { word: near, mayGoOn: false });
  for (const near of [...swapped, ...others]) distinct.set(near, { word: near, mayGoOn: true });
  distinct.delete(word);
  return [...distinct.values()];
}
