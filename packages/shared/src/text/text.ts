import type { en } from './en.ts';

/** The shape that every language has: the same sentences as in English, with the same parameters. */
export type Text = Translated<typeof en>;

export type Translated<Words> = Words extends string
  ? string
  : Words extends (...args: infer Args) => string
    ? (...args: Args) => string
    : { readonly [Key in keyof Words]: Translated<Words[Key]> };
