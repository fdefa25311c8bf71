import type { ChannelEvent } from '../inbox/events.ts';

/** 20 November 2026, 12:00 UTC: where the clock of every test starts. */
export const noon = Date.UTC(2026, 10, 20, 12);

/** Events of a channel, with everything filled in that a test does not care about. */
export type Handled = Exclude<ChannelEvent, { kind: 'unhandled' }>;
type Of<K extends ChannelEvent['kind']> = Extract<ChannelEvent, { kind: K }>;

export const shop = '17841400000000001';
export const buyer = '1200000000000001';

let made = 0;
export const nextNativeId = (): string => `aWdf${String((made += 1)).padStart(8, '0')}`;

const onShop = { accountNativeId: shop };
const dm = { kind: 'dm', postId: null, commentId: null, adTitle: null } as const;

export function wrote(given: Partial<Of<'message_received'>> = {}): Of<'message_received'> {
  return {
    kind: 'message_received',
    ...onShop,
    contact: { senderId: buyer, name: null, username: null },
    nativeMessageId: nextNativeId(),
    sentAt: noon,
    messageKind: 'text',
    text: 'How much is the barrel sauna?',
    attachments: [],
    replyTo: null,
    source: dm,
    ...given,
  };
}

export function echoed(given: Partial<Of<'echo_received'>> = {}): Of<'echo_received'> {
  return {
    kind: 'echo_received',
    ...onShop,
    recipientId: buyer,
    nativeMessageId: nextNativeId(),
    sentAt: noon,
    text: 'It is 4,900.',
    attachments: [],
    clientReference: null,
    ...given,
  };
}

export function commented(given: Partial<Of<'comment_received'>> = {}): Of<'comment_received'> {
  return {
    kind: 'comment_received',
    ...onShop,
    contact: { senderId: buyer, name: null, username: 'maya.l' },
    commentId: nextNativeId(),
    parentId: null,
    postId: 'post-1',
    permalink: null,
    sentAt: noon,
    text: 'Price?',
    adTitle: null,
    own: false,
    ...given,
  };
}

export const commentChanged = (
  given: Pick<Of<'comment_changed'>, 'commentId' | 'change'> & Partial<Of<'comment_changed'>>,
): Of<'comment_changed'> => ({
  kind: 'comment_changed',
  ...onShop,
  text: null,
  at: noon,
  ...given,
});
export const unsent = (nativeMessageId: string, at = noon): Of<'message_unsent'> => ({
  kind: 'message_unsent',
  ...onShop,
  nativeMessageId,
  at,
});
export const edited = (nativeMessageId: string, text: string, at = noon): Of<'message_edited'> => ({
  kind: 'message_edited',
  ...onShop,
  nativeMessageId,
  text,
  at,
});
export const reacted = (nativeMessageId: string, reaction: string | null, at = noon): Of<'reaction_received'> => ({
  kind: 'reaction_received',
  ...onShop,
  senderId: buyer,
  nativeMessageId,
  reaction,
  at,
});
export const read = (upTo: Of<'messages_read'>['upTo']): Of<'messages_read'> => ({
  kind: 'messages_read',
  ...onShop,
  senderId: buyer,
  upTo,
});
export const delivered = (at: number): Of<'messages_delivered'> => ({
  kind: 'messages_delivered',
  ...onShop,
  senderId: buyer,
  upTo: { at },
});
export const entered = (at: number, byAd = false): Of<'thread_entered'> => ({
  kind: 'thread_entered',
  ...onShop,
  senderId: buyer,
  at,
  byAd,
});
