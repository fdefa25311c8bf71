import { commentValue } from '../truth/comment-payloads.ts';
import { changeEvent } from '../webhooks/payloads.ts';
import { type GraphAnswer, invalidParameter, objectMissing, ok } from './answers.ts';
import type { Endpoint, GraphCall } from './graph.ts';

/** Public answers under a comment: `replies` on Instagram, `comments` on Facebook. */
export const commentEndpoints: readonly Endpoint[] = [
  { method: 'POST', path: '/:node/replies', call: 'send', ownNode: false, answer: replyInPublic },
  { method: 'POST', path: '/:node/comments', call: 'send', ownNode: false, answer: replyInPublic },
];

function replyInPublic({ account, node, parameters, world, answered }: GraphCall): GraphAnswer {
  const { truth, outbox, clock } = world;
  const answeredComment = truth.comments.get(node);
  if (answeredComment?.account !== account || answeredComment.deleted) return objectMissing(node);
  const text = parameters['message'];
  if (typeof text !== 'string' || text === '') return invalidParameter('The parameter message is required.');
  const at = clock.now();
  // Instagram has two levels: a reply to a reply attaches to the top comment.
  const parentId = account.channel === 'instagram' ? (answeredComment.parentId ?? node) : node;
  const reply = truth.addComment({ account, buyer: null, postId: answeredComment.postId, parentId, text, at });
  // The business's own comments come back as webhooks, like anybody's.
  const field = account.channel === 'instagram' ? 'comments' : 'feed';
  void outbox.addAfter(answered, [changeEvent(account, field, commentValue(truth.ids, reply), at)]);
  return ok({ id: reply.id });
}
