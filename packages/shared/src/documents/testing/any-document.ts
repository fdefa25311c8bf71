import fc from 'fast-check';
import * as z from 'zod';

/**
 * Any document that a schema reads, as a relay may write it: optional fields are sometimes missing, and open words are often unknown.
 * Follows the schema, so that added fields are tried, too. `words`: whether there may be some that this build does not know.
 */
export function anyOf(schema: z.core.$ZodType, words: 'any' | 'known' = 'any'): fc.Arbitrary<unknown> {
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Record<string, z.core.$ZodType>;
    const fields = Object.fromEntries(Object.entries(shape).map(([name, field]) => [name, anyOf(field, words)]));
    const isNeeded = (name: string) => !z.safeParse(schema.shape[name] as z.ZodType, undefined).success;
    return fc.record(fields, { requiredKeys: Object.keys(shape).filter(isNeeded) });
  }
  if (schema instanceof z.ZodNullable) return fc.option(anyOf(schema.unwrap(), words), { nil: null });
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return anyOf(schema.unwrap(), words);
  if (schema instanceof z.ZodCatch)
    return fc.oneof(anyOf(schema.unwrap(), words), fc.constantFrom('of another shape', 7));
  if (schema instanceof z.ZodRecord)
    return fc.dictionary(fc.constantFrom('one', 'constructor', '__proto__'), anyOf(schema.valueType, words), {
      maxKeys: 2,
    });
  if (schema instanceof z.ZodArray) return fc.array(anyOf(schema.element, words), { maxLength: 3 });
  if (schema instanceof z.ZodUnion)
    return fc.oneof(
      ...schema.options
        .filter((option) => words === 'any' || !(option instanceof z.ZodPipe))
        .map((option) => anyOf(option, words)),
    );
  if (schema instanceof z.ZodPipe) return anyOf(schema.in, words);
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options);
  if (schema instanceof z.ZodLiteral) return fc.constantFrom(...schema.values);
  if (schema instanceof z.ZodString) {
    const length = {
      minLength: schema.minLength ?? 0,
      ...(schema.maxLength === null ? {} : { maxLength: schema.maxLength }),
    };
    return fc.oneof(fc.string(length), fc.constantFrom('newest', 'unknown', 'constructor'));
  }
  if (schema instanceof z.ZodNumber) return fc.maxSafeNat();
  if (schema instanceof z.ZodNull) return fc.constant(null);
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  throw new Error(`No arbitrary for ${schema.constructor.name}.`);
}
