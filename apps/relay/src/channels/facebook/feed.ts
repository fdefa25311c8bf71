import type { ChannelEvent } from '../../inbox/events.ts';
import { authorOf } from '../meta/normalize/author.ts';
import { type Entry, inThreadOf, unhandled, wordOf } from '../meta/normalize/entry.ts';
import { asId, asLink, asRecord, asText, asTime, type Shape } from '../meta/shape.ts';

/** An item of a Page's `feed`. Only comments are used; the field also carries posts, likes and reactions. */
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
  // `from` is missing if the app lacks access to it; old samples have `sender_id` and `sender_name` instead.
  const from = asRecord(value.from) ?? { name: value.sender_name };
  const contact = authorOf(asId(from.id) ?? asId(value.sender_id), from);
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
