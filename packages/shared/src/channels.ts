import * as z from 'zod';

export const channelSchema = z.enum(['instagram', 'facebook', 'internal']);
export type Channel = z.infer<typeof channelSchema>;

export type TextLimit = { readonly count: number; readonly unit: 'bytes' | 'characters' };

/**
 * Longest text that one message may carry.
 * Instagram counts UTF-8 bytes (Send API page, read September 2026), so one emoji costs four or more;
 * Messenger counts characters. A note never leaves the agency and has room.
 */
const textLimits: Readonly<Record<Channel, TextLimit>> = {
  instagram: { count: 1_000, unit: 'bytes' },
  facebook: { count: 2_000, unit: 'characters' },
  internal: { count: 10_000, unit: 'characters' },
};

export type TextSize = { readonly used: number; readonly limit: TextLimit; readonly fits: boolean };

/** How much of a channel's limit `text` uses, counted in the unit that the channel counts in. */
export function measureText(channel: Channel, text: string): TextSize {
  const limit = textLimits[channel];
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
