import * as z from 'zod';
import type { TextLimit } from './channel-policy.ts';

/**
 * A channel's name in documents, rows and addresses: the name of its folder on the relay. There is no list of them: a desk may meet
 * channels newer than itself, and treats them by their policy alone.
 */
export const channelSchema = z.string().min(1).max(40);
export type Channel = z.infer<typeof channelSchema>;

/** A note never leaves the agency, so it may be long. */
export const noteTextLimit: TextLimit = { count: 10_000, unit: 'characters' };

export type TextSize = { readonly used: number; readonly limit: TextLimit; readonly fits: boolean };

/** How much of `limit` the text uses, counted in the limit's own unit. */
export function measureText(limit: TextLimit, text: string): TextSize {
  const used = limit.unit === 'bytes' ? utf8Bytes(text) : text.length;
  return { used, limit, fits: used <= limit.count };
}

function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
