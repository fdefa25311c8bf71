import type { ChannelPolicy } from '@transom/shared';
import { opens, sources, windows } from '../meta/windows.ts';

const megabyte = 1024 * 1024;

/** Instagram's rules, with their sources. */
export const policy: ChannelPolicy = {
  name: 'Instagram',
  version: '2026-09-28',
  sources: [
    ...sources,
    { what: 'Instagram private replies: one message within 7 days of a comment', asOf: '2026-07-02' },
    { what: 'Instagram Send API: 1,000 bytes of text, sizes of media', asOf: '2026-09-11' },
  ],
  opens,
  windows,
  // UTF-8 bytes, so one emoji costs four or more. The same page also says characters; bytes are the stricter reading.
  text: { count: 1_000, unit: 'bytes' },
  media: {
    image: { maxBytes: 8 * megabyte },
    audio: { maxBytes: 25 * megabyte },
    video: { maxBytes: 25 * megabyte },
    file: { maxBytes: 25 * megabyte },
  },
  profileUrl: 'https://www.instagram.com/{username}/',
  replyPlans: ['plus', 'pro'],
};
