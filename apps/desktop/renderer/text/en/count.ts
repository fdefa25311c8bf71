const plural = new Intl.PluralRules('en');

/** "1 reply", "3 replies". */
export const count = (n: number, one: string, other: string): string =>
  `${n} ${plural.select(n) === 'one' ? one : other}`;
