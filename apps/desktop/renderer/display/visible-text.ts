/** Zero-width signs, direction and byte order marks, tabs, spaces, fillers: characters that draw nothing. */
const onlyInvisible = /^[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

export function hasVisibleText(words: string): boolean {
  return !onlyInvisible.test(words);
}
