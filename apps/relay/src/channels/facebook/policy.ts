import { type ChannelPolicy, dayMs } from '@transom/shared';

const megabyte = 1024 * 1024;
const anyMedia = { maxBytes: 25 * megabyte };

/** The rules of Messenger and of comments on a Page, each with the page where it was read. */
export const policy: ChannelPolicy = {
  name: 'Facebook',
  version: '2026-09-28',
  sources: [
    { what: 'Messenger Platform policy: 24 hours, and what opens them', asOf: '2026-09-28' },
    { what: 'Human Agent: 7 days, written by people, granted by App Review', asOf: '2026-09-28' },
    { what: 'Messenger private replies: one message within 7 days of a comment', asOf: '2026-04-16' },
    { what: 'Messenger Send API: 2,000 characters of text, 25 MB of media', asOf: '2026-05-05' },
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
  text: { count: 2_000, unit: 'characters' },
  media: { image: anyMedia, audio: anyMedia, video: anyMedia, file: anyMedia },
  // A Page is told no username, and an id that is scoped to it leads nowhere.
  profileUrl: null,
  replyPlans: ['starter', 'plus', 'pro'],
};
