import type { ChannelPolicy } from './channel-policy.ts';
import { dayMs } from './time.ts';

/**
 * What protocol version 2 knew of its channels, before the rules traveled in documents. Frozen: a desk uses it with an older relay, and for
 * accounts stored before. Rules are changed in the channel's folder on the relay, never here.
 */
const alike = {
  version: '2026-09-28',
  sources: [],
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
    ad: { lastsMs: dayMs },
    human_agent: { lastsMs: 7 * dayMs, needsApproval: true },
    private_reply: { lastsMs: 7 * dayMs },
  },
  media: {},
  profileUrl: null,
} satisfies Partial<ChannelPolicy>;

export const policiesOfVersion2: Readonly<Record<string, ChannelPolicy>> = {
  instagram: {
    ...alike,
    name: 'Instagram',
    profileUrl: 'https://www.instagram.com/{username}/',
    text: { count: 1_000, unit: 'bytes' },
    replyPlans: ['plus', 'pro'],
  },
  facebook: {
    ...alike,
    name: 'Facebook',
    text: { count: 2_000, unit: 'characters' },
    replyPlans: ['starter', 'plus', 'pro'],
  },
};

/** For a channel of which no rule is known: nothing may be sent. */
export const unknownChannelPolicy: ChannelPolicy = {
  ...alike,
  name: '',
  version: 'none',
  opens: {},
  windows: { standard: { lastsMs: 0 }, ad: { lastsMs: 0 }, human_agent: null, private_reply: null },
  text: { count: 1_000, unit: 'bytes' },
  replyPlans: ['starter', 'plus', 'pro'],
};

const channelsOfVersion2 = ['instagram', 'facebook', 'internal'] as const;

/** A channel newer than version 2 is sent to older desks as `internal`, whose rules they do not take for another one's. */
export function channelTo2(channel: string): (typeof channelsOfVersion2)[number] {
  return channelsOfVersion2.find((known) => known === channel) ?? 'internal';
}
