import { crc32 } from 'node:zlib';
import type * as z from 'zod';
import { DamagedCache } from './damage.ts';

/** A document and the sum that was stored with it; null for one from before sums were kept. */
export type Stored = { readonly document: string; readonly sum: number | null };

/**
 * What this desk checked when it stored it needs no second check while its sum is right. One without a sum is read as if it came
 * from the relay, since an older desk wrote it; one that is not what was stored is damage.
 */
export function readStored<Schema extends z.ZodType>(schema: Schema, { document, sum }: Stored): z.output<Schema> {
  if (sum !== null && sum !== crc32(document)) throw new DamagedCache('a stored document is not what was stored');
  let read: unknown;
  try {
    read = JSON.parse(document);
  } catch (error) {
    throw new DamagedCache('a stored document cannot be read', { cause: error });
  }
  if (sum !== null) return read as z.output<Schema>;
  const parsed = schema.safeParse(read);
  if (!parsed.success) throw new DamagedCache('a stored document has an unknown shape');
  return parsed.data;
}

export function toStore(document: unknown): { readonly document: string; readonly sum: number } {
  const text = JSON.stringify(document);
  return { document: text, sum: crc32(text) };
}
