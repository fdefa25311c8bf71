import * as z from 'zod';

/**
 * A quick check for documents that need no parsing: every field is present and has its shape, and every word is known, so the schema would
 * return them as they are. Made from the schema itself, so that there is one description of a document. Zod compiles a schema on first use,
 * some 10 ms in which a starting desk shows no row yet; this costs nothing to make. What it does not recognize is left to the schema: it
 * never says yes where the schema says no.
 */
export type AsItIs = (value: unknown) => boolean;

const never: AsItIs = () => false;

export function asItIs(schema: z.core.$ZodType): AsItIs {
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape as Record<string, z.core.$ZodType>).map(
      ([name, field]) => [name, asItIs(field)] as const,
    );
    return (value) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
      for (const [name, isRight] of fields) if (!isRight((value as Record<string, unknown>)[name])) return false;
      return true;
    };
  }
  if (schema instanceof z.ZodArray) {
    const isRight = asItIs(schema.element);
    return hasChecks(schema) ? never : (value) => Array.isArray(value) && value.every(isRight);
  }
  if (schema instanceof z.ZodUnion) {
    const options = schema.options.map(asItIs);
    return (value) => options.some((isRight) => isRight(value));
  }
  if (schema instanceof z.ZodNullable) {
    const isRight = asItIs(schema.unwrap());
    return (value) => value === null || isRight(value);
  }
  if (schema instanceof z.ZodOptional) {
    const isRight = asItIs(schema.unwrap());
    return (value) => value === undefined || isRight(value);
  }
  // A missing default must be filled in.
  if (schema instanceof z.ZodDefault) return asItIs(schema.unwrap());
  if (schema instanceof z.ZodEnum) {
    const words = new Set<unknown>(schema.options);
    return (value) => words.has(value);
  }
  if (schema instanceof z.ZodLiteral) {
    const { values } = schema;
    return (value) => values.has(value as z.core.util.Literal);
  }
  // A wrong value would be caught, and replaced.
  if (schema instanceof z.ZodCatch) return asItIs(schema.unwrap());
  if (schema instanceof z.ZodRecord) {
    const isRight = asItIs(schema.valueType);
    return (value) =>
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      !Object.hasOwn(value, '__proto__') &&
      Object.values(value).every(isRight);
  }
  if (schema instanceof z.ZodString && hasOnly(schema, 'min_length', 'max_length')) {
    const { minLength, maxLength } = schema;
    return (value) =>
      typeof value === 'string' && value.length >= (minLength ?? 0) && value.length <= (maxLength ?? value.length);
  }
  if (schema instanceof z.ZodNull) return (value) => value === null;
  if (schema instanceof z.ZodBoolean) return (value) => typeof value === 'boolean';
  if (
    schema instanceof z.ZodNumber &&
    schema.format === 'safeint' &&
    hasOnly(schema, 'number_format', 'greater_than')
  ) {
    const { minValue } = schema;
    return (value) => Number.isSafeInteger(value) && (value as number) >= (minValue ?? Number.NEGATIVE_INFINITY);
  }
  if (schema instanceof z.ZodNumber && schema.format === null && !hasChecks(schema)) return Number.isFinite;
  return never;
}

type Checked = { readonly def: { readonly checks?: readonly z.core.$ZodCheck<never>[] | undefined } };

function hasOnly({ def }: Checked, ...known: readonly string[]): boolean {
  return (def.checks ?? []).every((check) => known.includes(check._zod.def.check));
}

function hasChecks(schema: { readonly def: { readonly checks?: readonly unknown[] | undefined } }): boolean {
  return (schema.def.checks?.length ?? 0) > 0;
}
