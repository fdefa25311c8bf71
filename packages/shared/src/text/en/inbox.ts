import { isolated } from '../isolated.ts';
import { count } from './count.ts';

/** The list of conversations and the list of handoffs. Part of the catalogue in `en.ts`. */
export const inbox = {
  title: 'Inbox',
  label: 'Conversations',
  total: (n: number) => count(n, 'conversation', 'conversations'),
  lane: {
    closing: 'Closing soon',
    answer: 'To answer',
    missed: 'Missed',
    later: 'Later',
    waiting: 'Waiting for them',
    unreachable: 'Cannot be reached',
    done: 'Done',
  },
  laneEmpty: {
    closing: 'No window closes in the next 4 h.',
    answer: 'Everyone has been answered.',
    missed: 'No window closed without an answer.',
    later: 'Nothing has been put off.',
    waiting: 'Nobody owes you a reply.',
    unreachable: 'Everyone can be reached.',
    done: 'Nothing is done yet.',
  },
  waiting: (fresh: number, moved: number) =>
    [fresh > 0 ? `${fresh} new` : '', moved > 0 ? `${moved} moved` : ''].filter((part) => part !== '').join(', '),
  waitingLabel: (fresh: number, moved: number) =>
    `${[
      fresh > 0 ? count(fresh, 'new conversation', 'new conversations') : '',
      moved > 0 ? count(moved, 'conversation moved', 'conversations moved') : '',
    ]
      .filter((part) => part !== '')
      .join(', ')}. Sort the list now.`,
  unread: 'Unread',
  you: 'You:',
  we: 'We:',
  by: (name: string) => `${isolated(name)}:`,
  notSent: 'Not sent:',
  notSentYet: 'Not sent yet:',
  notSure: 'Not sure it went out:',
  claimedBy: (name: string) => `${isolated(name)} is on it`,
  claimedByYou: 'You are on it',
  youShort: 'You',
  loading: 'Loading the inbox',
  empty: 'No conversations yet. When someone writes to your Instagram or Facebook account, they appear here.',
  emptyNoAccount:
    'Next step: whoever runs your relay connects an Instagram or Facebook account. Messages will then appear here automatically.',
  kind: {
    dm: 'Direct message',
    comment: 'Comment',
    story: 'Story',
    ad: 'From an ad',
    unknown: 'Message',
    note: 'Note',
    reaction: 'Reaction',
  },
  reacted: (emoji: string, words: string) =>
    words === '' ? `Reacted with ${emoji}` : `Reacted with ${emoji} to “${isolated(words)}”`,
  queued: 'Waiting to be sent:',
  noteQueued: 'Note waiting:',
  heldBack: 'On hold:',
  noText: {
    text: 'Message',
    attachment: 'Attachment',
    story_mention: 'Mentioned you in a story',
    story_reply: 'Replied to your story',
    postback: 'Tapped a button',
    unsupported: 'A message that cannot be shown here',
    comment: 'Comment',
    private_reply: 'Private reply',
    note: 'Note',
    unknown: 'Update Transom to see this message.',
  },
} as const;

export const handoffs = {
  title: 'Handoffs',
  label: 'Handoffs to take',
  count: (n: number) => count(n, 'handoff', 'handoffs'),
  loading: 'Loading the handoffs',
  empty:
    'Nothing needs you right now. When a conversation needs a person, it appears here until someone answers it or marks it as done.',
  claim: 'Claim',
  release: 'Release',
  resolve: 'Mark as done',
  reopen: 'Reopen',
  done: (who: string | null) => (who === null ? 'Done.' : `Marked ${isolated(who)} as done.`),
  doneWaiting: (name: string) => `Done. The reply to ${isolated(name)} is still queued and will be sent.`,
  doneUnanswered: (name: string) => `Marked as done without answering ${isolated(name)}.`,
  reopened: (who: string | null) => (who === null ? 'Reopened.' : `Reopened ${isolated(who)}’s conversation.`),
  open: 'Nobody is on it',
  claimedByYou: (until: string) => `You have this until ${until}`,
  claimedBy: (name: string, until: string) => `${isolated(name)} has this until ${until}`,
  lapsed: (name: string) => `${isolated(name)}’s claim has expired, so this is open again.`,
  resolved: 'Answered or done',
  opened: (when: string) => `opened ${when}`,
  none: 'No handoff for this conversation.',
} as const;
