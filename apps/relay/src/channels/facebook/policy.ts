import type { ChannelPolicy } from '@transom/shared';
import { opens, sources, windows } from '../meta/windows.ts';

const megabyte = 1024 * 1024;
const anyMedia = { maxBytes: 25 * megabyte };

/** The rules of Messenger and of comments on a Page, with their sources. */
export const policy: ChannelPolicy = {
  name: 'Facebook',
  version: '2026-09-28',
  sources: [
    ...sources,
    { what: 'Messenger private replies: one message within 7 days of a comment', asOf: '2026-04-16' },
    { what: 'Messenger Send API: 2,000 characters of text, 25 MB of media', asOf: '2026-05-05' },
  ],
  opens,
  windows,
  text: { count: 2_000, unit: 'characters' },
  media: { image: anyMedia, audio: anyMedia, video: anyMedia, file: anyMedia },
  // A Page gets no usernames, and a page-scoped id leads to no profile.
  profileUrl: null,
  replyPlans: ['starter', 'plus', 'pro'],
};
