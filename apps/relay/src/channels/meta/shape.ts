/**
 * Small readers for JSON that Meta may change any day: each takes anything and returns a value of its type, or null. They read by fixed
 * names and copy values out, so no payload object ever reaches the rest of the relay.
 */
export type Shape = Readonly<Record<string, unknown>>;

export function asRecord(value: unknown): Shape | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Shape) : null;
}

export function asList(value: unknown): readonly unknown[] | null {
  return Array.isArray(value) ? value : null;
}

/** Text as a database can keep it: lone surrogates and NUL (refused by PostgreSQL) are replaced. Empty text is null. */
export function asText(value: unknown): string | null {
  if (typeof value !== 'string' || value === '') return null;
  return value.toWellFormed().replaceAll('\u0000', '\uFFFD');
}

/** An id from Meta, which old shapes send as a number. Opaque, except that it is never empty. */
export function asId(value: unknown): string | null {
  return Number.isSafeInteger(value) ? String(value) : asText(value);
}

const firstMillisecondTime = 1e11;
const lastTime = 1e14;
const isoTime = /^\d{4}-\d\d-\d\dT/;

/**
 * A moment in ms. Meta mixes units: messages carry milliseconds, comments and feed seconds, test events seconds as text, the Graph API ISO
 * 8601. The magnitude tells them apart (1e11 s would be the year 5138).
 */
export function asTime(value: unknown): number | null {
  const ms = millisecondsOf(value);
  return ms >= 1 && ms < lastTime ? Math.trunc(ms) : null;
}

function millisecondsOf(value: unknown): number {
  // Graph writes `+0000`; the colon makes it a format that JavaScript defines.
  if (typeof value === 'string' && isoTime.test(value)) return Date.parse(value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number') return Number.NaN;
  return number < firstMillisecondTime ? number * 1_000 : number;
}

/** A whole number, even if it was sent as text. */
export function asInteger(value: unknown): number | null {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : null;
}

/** A flag. Meta sends flags as booleans, as the words true and false, and as digits (samples and field reports). */
export function asFlag(value: unknown): boolean {
  return (
    value === true || value === 1 || value === '1' || (typeof value === 'string' && value.toLowerCase() === 'true')
  );
}

/** A number, even if it was sent as text. */
export function asNumber(value: unknown): number | null {
  const number = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** A web address. Other schemes are dropped here, so that no desk can be made to open one. */
export function asLink(value: unknown): string | null {
  const text = asText(value);
  return text !== null && /^https?:\/\//i.test(text) ? text : null;
}
