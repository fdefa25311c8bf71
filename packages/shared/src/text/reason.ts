import * as z from 'zod';
import type { en } from './en.ts';
import type { Text } from './text.ts';

/**
 * Why something happened. A code and parameters are stored and sent; the sentence is made from the catalogue where it is read, in that
 * reader's language. Programs go by `code`. `reason` names the exact case: the code, a dot, and a word; without it the code says it all.
 * So a reader that does not know a newer `reason` still knows the code.
 */
export const paramsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
export type Params = z.infer<typeof paramsSchema>;

export const reasonSchema = z.object({
  code: z.string(),
  reason: z.string().optional(),
  params: paramsSchema.optional(),
  /** The sentence itself: in documents and answers for desks before protocol version 3, and from relays before it. */
  detail: z.string().optional(),
});
export type Reason = z.infer<typeof reasonSchema>;
/** A reason whose code is known where it is made. */
export type ReasonOf<Code extends string> = Code extends string ? Reason & { readonly code: Code } : never;

type Sentences = typeof en.reasons;
export type ReasonKey = keyof Sentences;
export type CodeOf<Key extends string> = Key extends `${infer Code}.${string}` ? Code : Key;
/** The parameters that a sentence needs, as further arguments. */
export type ParamsFor<Key extends ReasonKey> = Sentences[Key] extends (params: infer Needed) => string
  ? [params: Needed & Params]
  : [];

export function because<Key extends ReasonKey>(key: Key, ...[params]: ParamsFor<Key>): ReasonOf<CodeOf<Key>> {
  const code = codeOf(key);
  const said: Reason = {
    code,
    ...(code === key ? {} : { reason: key }),
    ...(params === undefined ? {} : { params }),
  };
  return said as ReasonOf<CodeOf<Key>>;
}

function codeOf<Key extends string>(key: Key): CodeOf<Key> {
  return key.split('.', 1)[0] as CodeOf<Key>;
}

/** The sentence for people: the exact one, if this catalogue has it and all of its parameters are present. */
export function sentenceOf(text: Pick<Text, 'reasons' | 'unknownReason'>, said: Reason): string {
  const { code, reason, params = {}, detail } = said;
  const exact = reason === undefined ? null : sentence(text, reason, params);
  return exact ?? detail ?? sentence(text, code, params) ?? text.unknownReason;
}

function sentence({ reasons }: Pick<Text, 'reasons'>, key: string, params: Params): string | null {
  if (!Object.hasOwn(reasons, key)) return null;
  const words = reasons[key as ReasonKey] as string | ((params: Params) => string);
  if (typeof words === 'string') return words;
  let isWhole = true;
  const whole = new Proxy(params, {
    get: (target, name) => {
      if (!Object.hasOwn(target, name)) isWhole = false;
      return Reflect.get(target, name) as unknown;
    },
  });
  try {
    const said: unknown = words(whole);
    return isWhole && typeof said === 'string' ? said : null;
  } catch {
    // A newer relay may send another type: a plan as a number, a time that is no date. A window that draws this must not break.
    return null;
  }
}
