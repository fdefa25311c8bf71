import { type ChannelPolicy, dayMs } from '@transom/shared';

/** What Instagram and Facebook have in common: what opens a response window, how long it lasts, and where Meta says so. */
export const sources: ChannelPolicy['sources'] = [
  { what: 'Messenger Platform policy: 24 hours, and what opens them', asOf: '2026-09-28' },
  { what: 'Human Agent: 7 days, written by people, granted by App Review', asOf: '2026-09-28' },
];

export const opens: ChannelPolicy['opens'] = {
  message: 'standard',
  story_reply: 'standard',
  story_mention: 'standard',
  postback: 'standard',
  reaction: 'standard',
  link_referral: 'standard',
  ad_referral: 'ad',
  comment: 'private_reply',
};

export const windows: ChannelPolicy['windows'] = {
  standard: { lastsMs: dayMs },
  // Meta may allow up to 7 days after an ad, but states no end; only the certain 24 hours are promised.
  ad: { lastsMs: dayMs },
  human_agent: { lastsMs: 7 * dayMs, needsApproval: true },
  private_reply: { lastsMs: 7 * dayMs },
};
