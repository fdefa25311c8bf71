import { v7 } from 'uuid';
import * as z from 'zod';

/** An id from outside, ours or the channel's: any text of this length is accepted, and looked up. */
export const idSchema = z.string().min(1).max(100);

/** No channel accepts that much; a note may be long. In UTF-16 units, as text fields count. */
export const maxTextLength = 20_000;
export const textSchema = z.string().max(maxTextLength);

/**
 * A new identity, UUIDv7: sortable by the time it was made, made by whoever creates the thing. Meta's ids are never made here; they are
 * opaque strings, because they exceed 2^53.
 */
export function newId(): string {
  return v7();
}

/** A new identity that sorts after `id`, in case the clock that made `id` was ahead. */
export function newIdAfter(id: string): string {
  return v7({ msecs: Number.parseInt(id.replace('-', '').slice(0, 12), 16) + 1 });
}
