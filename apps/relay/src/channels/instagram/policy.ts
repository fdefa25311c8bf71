import { type ChannelPolicy, dayMs } from '@transom/shared';

const megabyte = 1024 * 1024;

/** Instagram's rules, each with the page where it was read. */
export const policy: ChannelPolicy = {
  name: 'Instagram',
  version: '2026-09-28',
  sources: [
    { what: 'Messenger Platform policy: 24 hours, and what opens them', asOf: '2026-09-28' },
    { what: 'Human Agent: 7 days, written by people, granted by App Review', asOf: '2026-09-28' },
    { what: 'Instagram private replies: one message within 7 days of a comment', asOf: '2026-07-02' },
    { what: 'Instagram Send API: 1,000 bytes of text, sizes of media', asOf: '2026-09-11' },
  ],
  opens: {
    message: 'standard',
    story_reply: 'standard',
    story_mention: 'standard',
    postback: 'standard',
    reaction: 'standard',
    link_referral: 'standard',
    ad_referral: 'ad',
    comment: 'private_reply',
  },
  windows: {
    standard: { lastsMs: dayMs },
    // Meta may allow up to 7 days after an ad, but gives no end; only the sure 24 hours are promised.
    ad: { lastsMs: dayMs },
    human_agent: { lastsMs: 7 * dayMs, needsApproval: true },
    private_reply: { lastsMs: 7 * dayMs },
  },
  // Bytes of UTF-8, so that one emoji costs four or more. The same page also says characters; bytes are the stricter reading.
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
