import { asRecord, type Shape } from './shape.ts';

/** A number of 16 digits or more may be beyond 2^53. Also matches some message texts, which costs only time. */
const longInteger = /[:[,]\s*-?\d{16}/;

/**
 * The JSON object in `text`, or null if there is none. Integers beyond 2^53 become strings with every digit: old shapes send 17-digit ids
 * as numbers, and a rounded id is somebody else's. Almost no body has one, so the second parse runs only if the text looks like it.
 */
export function readExactObject(text: string): Shape | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const plain = asRecord(value);
  if (plain === null || !longInteger.test(text)) return plain;
  try {
    return asRecord(JSON.parse(text, keepDigits));
  } catch {
    // A reviver recurses and fails at many thousands of levels, which nothing that we read has.
    return plain;
  }
}

function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || context?.source === undefined) return value;
  return /^-?\d+$/.test(context.source) ? context.source : value;
}
