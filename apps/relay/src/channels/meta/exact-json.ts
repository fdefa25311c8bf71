import { asRecord, type Shape } from './shape.ts';

/** A number of 16 digits or more may lie beyond 2^53. Also hits some message texts, which costs time and nothing else. */
const longInteger = /[:[,]\s*-?\d{16}/;

/**
 * The JSON object in `text`, or null where there is none. Integers beyond 2^53 come as strings with every digit: old shapes
 * send 17-digit ids as numbers, and a rounded id is somebody else's. Almost no body has one, so they cost a second parse
 * only where the text looks like it.
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
    // A reviver recurses and gives up on nesting of many thousand levels, which nothing that we read has.
    return plain;
  }
}

function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || context?.source === undefined) return value;
  return /^-?\d+$/.test(context.source) ? context.source : value;
}
