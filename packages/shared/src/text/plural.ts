/**
 * The plural forms of one language, as `Intl` names them. The caller gives a word for each; a missing one does not compile. A form that is
 * not in `Form` is only used for fractions in that language, and falls back to `other`.
 */
export function plurals<Form extends Intl.LDMLPluralRule>(language: string) {
  const rules = new Intl.PluralRules(language);
  const digits = new Intl.NumberFormat(language);
  return (n: number, words: Readonly<Record<Form | 'other', string>>): string => {
    const forms: Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> = words;
    return `${digits.format(n)} ${forms[rules.select(n)] ?? words.other}`;
  };
}
