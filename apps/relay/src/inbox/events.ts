import type { Attachment, Channel, MessageKind, Source } from '@transom/shared';

/**
 * What happened on a channel, in our own words. Each channel's folder (`channels/`) turns payloads into these, purely; the inbox knows
 * nothing else of any channel. Times are milliseconds by the channel's clock.
 */
export type ContactHint = {
  /** The channel's id of the contact, scoped to the account: Instagram-scoped or Page-scoped id. */
  readonly senderId: string;
  readonly name: string | null;
  readonly username: string | null;
};

type OnAccount = {
  /** The channel's id of the account that this happened on (`entry.id`). */
  readonly accountNativeId: string;
};

/** The contact did something towards the business: a message, a story reply, a tapped button. */
export type MessageReceived = OnAccount & {
  readonly kind: 'message_received';
  readonly contact: ContactHint;
  readonly nativeMessageId: string;
  readonly sentAt: number;
  readonly messageKind: Extract<
    MessageKind,
    'text' | 'attachment' | 'story_mention' | 'story_reply' | 'postback' | 'unsupported'
  >;
  readonly text: string | null;
  readonly attachments: readonly Attachment[];
  readonly replyTo: string | null;
  readonly source: Source;
};

/** The business wrote, from our relay or from anywhere else. */
export type EchoReceived = OnAccount & {
  readonly kind: 'echo_received';
  readonly recipientId: string;
  readonly nativeMessageId: string;
  readonly sentAt: number;
  readonly text: string | null;
  readonly attachments: readonly Attachment[];
  /** The reference that the relay gave the message when it sent it (Messenger returns it; Instagram is not known to). */
  readonly clientReference: string | null;
};

export type CommentReceived = OnAccount & {
  readonly kind: 'comment_received';
  /** Null if the channel did not say who wrote: the comment is kept, and can still be answered privately by its own id. */
  readonly contact: ContactHint | null;
  readonly commentId: string;
  readonly parentId: string | null;
  readonly postId: string | null;
  readonly permalink: string | null;
  readonly sentAt: number;
  readonly text: string | null;
  readonly adTitle: string | null;
  /** Written by the account itself: shown in the thread, never a lead. */
  readonly own: boolean;
};

export type CommentChanged = OnAccount & {
  readonly kind: 'comment_changed';
  /** In whose thread, if the item says so: nothing about erased contacts is taken in. */
  readonly senderId?: string | undefined;
  readonly commentId: string;
  /** Edited or removed by its author; hidden by the business, or shown again. */
  readonly change: 'edited' | 'removed' | 'hidden' | 'shown';
  readonly text: string | null;
  readonly at: number;
};

/** The message was taken back: text and attachments must be deleted everywhere. */
export type MessageUnsent = OnAccount & {
  readonly kind: 'message_unsent';
  /** In whose thread, if the item says so: nothing about erased contacts is taken in. */
  readonly senderId?: string | undefined;
  readonly nativeMessageId: string;
  readonly at: number;
};
export type MessageEdited = OnAccount & {
  readonly kind: 'message_edited';
  /** In whose thread, if the item says so: nothing about erased contacts is taken in. */
  readonly senderId?: string | undefined;
  readonly nativeMessageId: string;
  readonly text: string;
  readonly at: number;
};
/** `reaction` null removes it. A reaction by the contact opens the window. */
export type ReactionReceived = OnAccount & {
  readonly kind: 'reaction_received';
  readonly senderId: string;
  readonly nativeMessageId: string;
  readonly reaction: string | null;
  readonly at: number;
};
/** The contact read up to a message (Instagram) or up to a time (Messenger). */
export type MessagesRead = OnAccount & {
  readonly kind: 'messages_read';
  readonly senderId: string;
  readonly upTo: { readonly nativeMessageId: string } | { readonly at: number };
};
export type MessagesDelivered = OnAccount & {
  readonly kind: 'messages_delivered';
  readonly senderId: string;
  readonly upTo: { readonly at: number };
};
/** Opens the window without being a message: an existing thread entered through a link. */
export type ThreadEntered = OnAccount & {
  readonly kind: 'thread_entered';
  readonly senderId: string;
  readonly at: number;
  readonly byAd: boolean;
};

/** A known shape that the inbox has no use for (thread control, opt-ins, test button): kept with its delivery and counted. */
export type Unhandled = { readonly kind: 'unhandled'; readonly accountNativeId: string | null; readonly what: string };

export type ChannelEvent =
  | MessageReceived
  | EchoReceived
  | CommentReceived
  | CommentChanged
  | MessageUnsent
  | MessageEdited
  | ReactionReceived
  | MessagesRead
  | MessagesDelivered
  | ThreadEntered
  | Unhandled;
export type HandledEvent = Exclude<ChannelEvent, Unhandled>;

/** When it happened; null for an event that has no time of its own. */
export function timeOf(event: ChannelEvent): number | null {
  if ('sentAt' in event) return event.sentAt;
  return 'at' in event ? event.at : null;
}

/** The message or comment that the event takes back. */
export function takesBack(event: ChannelEvent): string | null {
  if (event.kind === 'message_unsent') return event.nativeMessageId;
  return event.kind === 'comment_changed' && event.change === 'removed' ? event.commentId : null;
}

/** The message or comment whose words the event carries; null where it carries none. */
export function wordsOf(event: ChannelEvent): string | null {
  switch (event.kind) {
    case 'message_received':
    case 'echo_received':
    case 'message_edited':
      return event.nativeMessageId;
    case 'comment_received':
      return event.commentId;
    case 'comment_changed':
      return event.change === 'edited' ? event.commentId : null;
    default:
      return null;
  }
}

/**
 * The event with no time later than `heardAt`, the time of its delivery: nothing happens after we hear of it. Otherwise a channel whose
 * clock runs ahead would make countdowns too long.
 */
export function asHeard<Event extends ChannelEvent>(event: Event, heardAt: number): Event {
  if ('sentAt' in event) return event.sentAt <= heardAt ? event : { ...event, sentAt: heardAt };
  if ('at' in event) return event.at <= heardAt ? event : { ...event, at: heardAt };
  // A receipt from the future would also cover everything written until then.
  if ('upTo' in event && 'at' in event.upTo && event.upTo.at > heardAt) return { ...event, upTo: { at: heardAt } };
  return event;
}

/** What to remove from stored deliveries: the words of these messages and comments, and everything that names these senders. */
export type Unwanted = {
  readonly channel: Channel;
  readonly accountNativeId: string;
  readonly nativeIds: ReadonlySet<string>;
  /** Until when, by sender id: after that, the sender counts as somebody new. */
  readonly senders: ReadonlyMap<string, number>;
};
