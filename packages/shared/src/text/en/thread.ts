import { isolated } from '../isolated.ts';
import { attachmentNames } from './attachment-names.ts';
import { hidden } from './channels.ts';
import { count } from './count.ts';
import { queuedReply } from './queued-reply.ts';

/** The open conversation, its place when none is open, and a colleague's answer that came first. Part of the catalogue in `en.ts`. */

/** Adds a period if there is no end mark yet. */
const sentence = (words: string): string => (/[.!?]$/u.test(words) ? words : `${words}.`);

export const thread = {
  label: (name: string) => `Conversation with ${isolated(name)}`,
  loading: 'Loading the conversation',
  failed: 'This conversation could not be loaded.',
  again: 'Try again',
  erasedNow: 'This person’s data was just erased, along with anything you had written to them but not sent.',
  gone: 'This conversation is no longer here. It was erased, or merged into another one.',
  context: 'Details',
  older: 'Show older messages',
  readingOlder: 'Loading older messages…',
  olderFailed: 'Older messages could not be loaded right now.',
  olderUnreachable: 'There may be older messages at the relay, which cannot be reached right now.',
  start: 'This is where the conversation begins.',
  noMessages: 'No messages from this conversation are on this computer yet.',
  messages: 'Messages',
  newBelow: (n: number) => count(n, 'new message', 'new messages'),
  said: (who: string, words: string) => `${isolated(who)}: ${isolated(words)}`,
  noVisibleText: 'A message without visible text',
  quoteEarlier: 'Reply to an earlier message',
  quoteLabel: (who: string, words: string) => `Reply to ${isolated(who)}: “${isolated(words)}”. Show that message.`,
  messageNotFound: 'That message is too far back, or not on this computer.',
  noteOnly: 'Only your team sees this',
  elsewhere: (channel: string) => `sent from ${channel}`,
  edited: 'edited',
  unsent: 'Taken back by the sender.',
  erased: 'Erased.',
  hidden,
  reaction: (emoji: string) => `Reacted with ${emoji}`,
  comment: 'Commented on your post',
  commentReply: 'Replied under your post',
  openPost: 'Open post',
  privateReply: 'Private reply to the comment',
  storyMention: 'Mentioned you in a story',
  storyReply: 'Replied to your story',
  storyHint: 'Stories disappear 24 h after posting, and this link stops working.',
  postback: 'Tapped a button',
  unsupported: (channel: string) => `${channel} did not pass this message on. Open it in the ${channel} app to see it.`,
  attachment: attachmentNames,
  otherAttachment: 'Attachment',
  attachmentHint: 'Not loaded automatically, so nobody can tell when you looked.',
  attachmentGone: 'No longer available',
  attachmentInApp: (channel: string) => `Open the ${channel} app to see it.`,
  locationUnknown: 'The location was not passed on.',
  openAttachment: 'Open link',
  state: {
    queued: 'Queued',
    sending: 'Sending…',
    sent: 'Sent',
    delivered: 'Delivered',
    read: 'Seen',
    failed: 'Not sent',
    unconfirmed: 'Not sure it went out',
    received: '',
    unknown: 'Update Transom to see its state',
  },
  unconfirmedHint: (channel: string) =>
    `Look in the ${channel} app, then say what you see. It is never resent automatically.`,
  waits: queuedReply,
  arrived: 'It arrived',
  notArrived: 'It did not',
  editAgain: 'Edit and resend',
  editAgainHint: 'Puts the text back in the field',
  sendAgain: 'Send again',
  copy: 'Copy text',
  copied: 'Copied',
  discard: 'Discard',
  discarded: 'Discarded and not sent.',
  putBack: 'Put the text back',
  edit: 'Edit',
  outbox: {
    queued: 'Waiting for the connection. It is checked again before it goes out.',
    sending: 'On its way to the relay…',
    held: 'On hold',
  },
  onTheWay: 'It is already on its way and can no longer be taken back.',
} as const;

export const nothingOpen = {
  waiting: (n: number) => `${count(n, 'buyer is waiting', 'buyers are waiting')} for an answer`,
  next: (name: string, clock: string) => `${isolated(name)} is first. ${sentence(clock)}`,
  open: (name: string) => `Answer ${isolated(name)}`,
  keys: 'Move and open with',
  answered: 'Everything is answered',
  noneWaits: 'Nobody is waiting for an answer right now',
  answeredHint: 'No window is about to close. When someone writes, they appear in the list.',
  nobody: 'Nobody has written yet',
  nobodyHint: 'When someone writes to your Instagram or Facebook account, they appear in the list.',
  missed: (n: number) => `${count(n, 'window', 'windows')} closed without an answer. See “Missed” in the list.`,
} as const;

export const newerAnswer = {
  by: (name: string, at: string) => `${isolated(name)} answered ${at}.`,
  elsewhere: (channel: string, at: string) => `An answer was sent from ${channel} ${at}.`,
  question: 'Yours was not sent. Send it too?',
  keepUnsent: 'Don’t send',
  sendToo: 'Send mine too',
} as const;
