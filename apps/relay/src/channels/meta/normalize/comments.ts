import type { ChannelEvent, ContactHint } from '../../../inbox/events.ts';
import { asId, asLink, asRecord, asText, asTime, type Shape } from '../shape.ts';
import { type Entry, inThreadOf, unhandled, wordOf } from './entry.ts';

/** A comment under a post, reel, ad or live video of an Instagram account. Edits and removals are not told to us. */
export function readInstagramComment(value: Shape, entry: Entry): ChannelEvent {
  const commentId = asId(value.id) ?? asId(value.comment_id);
  // Instagram sends no time of the comment itself: when the notice was sent (in seconds) is the nearest.
  const sentAt = asTime(value.created_time) ?? asTime(value.timestamp) ?? entry.time;
  if (entry.id === null || commentId === null || sentAt === null) return unhandled(entry.id, 'comment_incomplete');
  const from = asRecord(value.from);
  const contact = contactOf(asId(from?.id), from);
  const selfId = asId(from?.self_ig_scoped_id);
  const media = asRecord(value.media);
  return {
    kind: 'comment_received',
    accountNativeId: entry.id,
    contact,
    commentId,
    parentId: asId(value.parent_id),
    // Under an ad, `media` is the ad's copy; the post that people know is the original.
    postId: asId(media?.original_media_id) ?? asId(media?.id),
    permalink: null,
    sentAt,
    text: asText(value.text),
    adTitle: asText(media?.ad_title),
    own: contact !== null && (contact.senderId === entry.id || contact.senderId === selfId),
  };
}

/** An item of a Page's `feed`. Only comments are of use; the field also brings posts, likes and reactions. */
export function readFeed(value: Shape, entry: Entry): ChannelEvent {
  if (value.item !== 'comment') return unhandled(entry.id, `feed_${wordOf(value.item)}`);
  const accountNativeId = entry.id;
  const commentId = asId(value.comment_id);
  const at = entry.time ?? asTime(value.created_time);
  if (accountNativeId === null || commentId === null || at === null) return unhandled(entry.id, 'comment_incomplete');
  const from = inThreadOf(asId(asRecord(value.from)?.id) ?? asId(value.sender_id));
  switch (value.verb) {
    case 'add':
      return readFeedComment(value, { accountNativeId, commentId, sentAt: asTime(value.created_time) ?? at });
    case 'edit':
    case 'edited':
      return {
        kind: 'comment_changed',
        ...from,
        accountNativeId,
        commentId,
        change: 'edited',
        text: asText(value.message),
        at,
      };
    case 'remove':
      return { kind: 'comment_changed', ...from, accountNativeId, commentId, change: 'removed', text: null, at };
    case 'hide':
    case 'unhide': {
      const change = value.verb === 'hide' ? 'hidden' : 'shown';
      return { kind: 'comment_changed', ...from, accountNativeId, commentId, change, text: null, at };
    }
    default:
      return unhandled(accountNativeId, `feed_comment_${wordOf(value.verb)}`);
  }
}

function readFeedComment(
  value: Shape,
  known: { readonly accountNativeId: string; readonly commentId: string; readonly sentAt: number },
): ChannelEvent {
  // `from` is missing where the app lacks access to it; old samples have `sender_id` and `sender_name` instead.
  const from = asRecord(value.from) ?? { name: value.sender_name };
  const contact = contactOf(asId(from.id) ?? asId(value.sender_id), from);
  const post = asRecord(value.post);
  const postId = asId(value.post_id) ?? asId(post?.id);
  const parentId = asId(value.parent_id);
  return {
    kind: 'comment_received',
    ...known,
    contact,
    // A comment directly under the post names the post as its parent.
    parentId: parentId === postId ? null : parentId,
    postId,
    permalink: asLink(post?.permalink_url),
    text: asText(value.message),
    adTitle: null,
    own: contact?.senderId === known.accountNativeId,
  };
}

function contactOf(senderId: string | null, from: Shape | null): ContactHint | null {
  return senderId === null ? null : { senderId, name: asText(from?.name), username: asText(from?.username) };
}
