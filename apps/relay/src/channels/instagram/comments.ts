import type { ChannelEvent } from '../../inbox/events.ts';
import { authorOf } from '../meta/normalize/author.ts';
import { type Entry, unhandled } from '../meta/normalize/entry.ts';
import { asId, asRecord, asText, asTime, type Shape } from '../meta/shape.ts';

/** A comment under a post, reel, ad or live video of an Instagram account. Instagram reports no edits or removals. */
export function readInstagramComment(value: Shape, entry: Entry): ChannelEvent {
  const commentId = asId(value.id) ?? asId(value.comment_id);
  // Instagram sends no time for the comment itself; the closest is when the notification was sent (in seconds).
  const sentAt = asTime(value.created_time) ?? asTime(value.timestamp) ?? entry.time;
  if (entry.id === null || commentId === null || sentAt === null) return unhandled(entry.id, 'comment_incomplete');
  const from = asRecord(value.from);
  const contact = authorOf(asId(from?.id), from);
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
