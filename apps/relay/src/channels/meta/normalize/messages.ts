import type { Attachment, Source } from '@transom/shared';
import type { ChannelEvent, MessageReceived } from '../../../inbox/events.ts';
import { asFlag, asId, asLink, asRecord, asText, type Shape } from '../shape.ts';
import { allWithheld, heart, readAttachments, takeHearts } from './attachments.ts';
import { inThreadOf, unhandled } from './entry.ts';
import type { Item } from './item.ts';
import { sourceOf } from './source.ts';

/** A `message`: written by the person, written by the business (an echo), or taken back by either. */
export function readMessage(message: Shape, item: Item): ChannelEvent {
  const { accountNativeId, senderId, recipientId, at } = item;
  const nativeMessageId = asId(message.mid);
  if (nativeMessageId === null) return unhandled(accountNativeId, 'message_incomplete');
  if (nativeMessageId === 'random_mid') return unhandled(accountNativeId, 'dashboard_test');
  const byBusiness = asFlag(message.is_echo) || senderId === accountNativeId;
  const contactId = byBusiness ? recipientId : senderId;
  if (asFlag(message.is_deleted))
    return { kind: 'message_unsent', ...inThreadOf(contactId), accountNativeId, nativeMessageId, at };
  if (contactId === null) return unhandled(accountNativeId, 'message_incomplete');
  // The account wrote to itself, to try things out: there is no buyer.
  if (contactId === accountNativeId) return unhandled(accountNativeId, 'self_message');

  const { hasHeart, rest: attachments } = takeHearts(readAttachments(message.attachments));
  const text = asText(message.text) ?? (hasHeart ? heart : null);
  if (byBusiness) {
    const clientReference = asText(message.metadata);
    return {
      kind: 'echo_received',
      accountNativeId,
      recipientId: contactId,
      nativeMessageId,
      sentAt: at,
      text,
      attachments,
      clientReference,
    };
  }

  const repliedTo = asRecord(message.reply_to);
  const story = asRecord(repliedTo?.story);
  const messageKind = kindOf(message, text, attachments, story !== null);
  return {
    kind: 'message_received',
    accountNativeId,
    contact: { senderId: contactId, name: null, username: null },
    nativeMessageId,
    sentAt: at,
    messageKind,
    text,
    attachments:
      story === null ? attachments : [...attachments, { type: 'story', url: asLink(story.url), title: null }],
    replyTo: asId(repliedTo?.mid) ?? asId(story?.id),
    source: sourceOfMessage(messageKind, message.referral ?? item.shape.referral),
  };
}

function kindOf(
  message: Shape,
  text: string | null,
  attachments: readonly Attachment[],
  answersStory: boolean,
): MessageReceived['messageKind'] {
  if (asFlag(message.is_unsupported)) return 'unsupported';
  if (attachments.some(({ type }) => type === 'story_mention')) return 'story_mention';
  if (answersStory) return 'story_reply';
  if (text !== null) return 'text';
  // Even a message with nothing in it: the person did write, and Meta does not say what.
  return allWithheld(attachments) ? 'unsupported' : 'attachment';
}

function sourceOfMessage(messageKind: MessageReceived['messageKind'], referral: unknown): Source {
  const source = sourceOf(referral);
  const fromStory = messageKind === 'story_mention' || messageKind === 'story_reply';
  return source.kind === 'dm' && fromStory ? { ...source, kind: 'story' } : source;
}
