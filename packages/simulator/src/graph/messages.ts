import * as z from 'zod';
import { echoFaultKinds } from '../faults.ts';
import { echoEvent } from '../truth/perform.ts';
import type { Buyer, Comment } from '../truth/truth.ts';
import { judgePrivateReply, judgeSend } from '../truth/windows.ts';
import { type GraphAnswer, graphError, invalidParameter, ok } from './answers.ts';
import type { Endpoint, GraphCall } from './graph.ts';

/** The Send API. What passes here has reached a buyer, whatever answer the caller gets. */
export const sendEndpoints: readonly Endpoint[] = [
  { method: 'POST', path: '/:node/messages', call: 'send', ownNode: true, answer: send },
];

/** A form-encoded call carries objects as JSON text. */
const jsonText = (value: unknown) => (typeof value === 'string' && /^[[{]/.test(value) ? JSON.parse(value) : value);
const sendSchema = z.object({
  recipient: z.preprocess(
    jsonText,
    z.union([z.object({ id: z.coerce.string() }), z.object({ comment_id: z.coerce.string() })]),
  ),
  message: z.preprocess(
    jsonText,
    z
      .object({
        text: z.string().optional(),
        attachment: z.unknown().optional(),
        attachments: z.unknown().optional(),
        metadata: z.string().max(1_000).optional(),
      })
      .optional(),
  ),
  messaging_type: z.enum(['RESPONSE', 'UPDATE', 'MESSAGE_TAG']).optional(),
  tag: z.string().optional(),
  sender_action: z.string().optional(),
});
type Send = z.infer<typeof sendSchema>;

function send(call: GraphCall): GraphAnswer {
  const parsed = sendSchema.safeParse(call.parameters);
  if (!parsed.success) return invalidParameter(`Invalid parameter: ${z.prettifyError(parsed.error)}`);
  const { recipient } = parsed.data;
  return 'id' in recipient
    ? sendToPerson(call, parsed.data, recipient.id)
    : sendPrivateReply(call, parsed.data, recipient.comment_id);
}

function sendToPerson(call: GraphCall, given: Send, personId: string): GraphAnswer {
  const { account, world } = call;
  const buyer = world.truth.buyers.get(personId);
  if (buyer?.account !== account) return unknownPerson(call);
  if (given.sender_action !== undefined && given.message === undefined) return ok({ recipient_id: buyer.id });
  const fault = faultInMessage(call, given);
  if (fault !== null) return fault;
  if (given.messaging_type === 'MESSAGE_TAG' && given.tag === undefined)
    return invalidParameter('The parameter tag is required with MESSAGE_TAG.');
  if (given.tag !== undefined && (given.tag !== 'HUMAN_AGENT' || given.messaging_type !== 'MESSAGE_TAG')) {
    // The other tags have been gone since 27 April 2026.
    return invalidParameter(
      `The message tag ${given.tag} is not valid with messaging_type ${given.messaging_type ?? '(none)'}.`,
    );
  }
  const verdict = judgeSend(
    buyer.openings,
    given.tag === 'HUMAN_AGENT' ? 'HUMAN_AGENT' : null,
    account.humanAgentApproved,
    world.clock.now(),
  );
  if (verdict === 'human_agent_missing')
    return graphError(10, 'Application does not have the Human Agent feature approved.');
  if (verdict === 'outside_window') {
    return graphError(
      10,
      'This message is sent outside of allowed window.',
      account.channel === 'instagram' ? 2534022 : 2018278,
    );
  }
  if (buyer.unavailable) return unavailable();
  return deliver(call, given, buyer, null);
}

function sendPrivateReply(call: GraphCall, given: Send, commentId: string): GraphAnswer {
  const { account, world } = call;
  const comment = world.truth.comments.get(commentId);
  if (comment?.account !== account || comment.buyer === null) return unknownPerson(call);
  const fault = faultInMessage(call, given);
  if (fault !== null) return fault;
  const verdict = comment.deleted ? 'too_late' : judgePrivateReply(comment, world.clock.now());
  if (verdict === 'used' && account.channel === 'facebook') return graphError(10900, 'Activity already replied to.');
  if (verdict !== 'allowed') return invalidParameter('The comment is invalid for a private reply.', 2534025);
  if (comment.buyer.unavailable) return unavailable();
  return deliver(call, given, comment.buyer, comment);
}

function faultInMessage({ account }: GraphCall, { message }: Send): GraphAnswer | null {
  if (
    message === undefined ||
    (!message.text && message.attachment === undefined && message.attachments === undefined)
  ) {
    return invalidParameter('Message cannot be empty, must provide valid attachment or text.', 2018034);
  }
  const text = message.text ?? '';
  // Instagram counts bytes of UTF-8 (Send API page, 11 September 2026), Messenger characters.
  const tooLong = account.channel === 'instagram' ? Buffer.byteLength(text) > 1_000 : text.length > 2_000;
  return tooLong
    ? invalidParameter(
        `Length of param message[text] must be less than or equal to ${account.channel === 'instagram' ? 1_000 : 2_000}.`,
      )
    : null;
}

const unavailable = () => graphError(551, 'This person isn\u2019t available right now.', 1545041);
const unknownPerson = ({ account }: GraphCall) =>
  account.channel === 'instagram'
    ? invalidParameter('The requested user cannot be found.', 2534014)
    : invalidParameter('No matching user found.', 2018001);

function deliver(
  { account, world, answered }: GraphCall,
  given: Send,
  buyer: Buyer,
  comment: Comment | null,
): GraphAnswer {
  const { truth, outbox, faults } = world;
  const at = world.clock.now();
  const text = given.message?.text ?? null;
  const { nativeMessageId } = truth.addMessage(buyer, { from: 'business', text, at });
  if (comment !== null) comment.privateReplyId = nativeMessageId;
  truth.delivered.push({
    account: account.nativeId,
    buyer: buyer.id,
    text,
    nativeMessageId,
    at,
    tag: given.tag ?? null,
    commentId: comment?.id ?? null,
  });

  const metadata = given.message?.metadata;
  const echo = echoEvent(buyer, nativeMessageId, text, at, {
    app_id: 880000000000001,
    ...(metadata === undefined ? {} : { metadata }),
  });
  const fault = faults.take(echoFaultKinds, [account.nativeId]);
  if (fault?.kind === 'echo_before_answer') outbox.add([echo]);
  else if (fault?.kind === 'echo_late') outbox.addLater(fault.delayMs ?? 2_000, [echo]);
  else if (fault === null) void outbox.addAfter(answered, [echo]);
  return ok({ recipient_id: buyer.id, message_id: nativeMessageId });
}
