import { because } from '@transom/shared';
import type { ChannelAccount, OutgoingMessage, SendOutcome } from '../../../outbound/channel-port.ts';
import type { Shape } from '../shape.ts';
import { type GraphSettings, graphUrl, isGraphId, isUsableToken } from './address.ts';
import { callGraph, type GraphAnswer } from './call.ts';
import type { GraphDialect } from './dialect.ts';
import { isTokenGood, outcomeUnderGoodToken, sendOutcomeOf } from './send-outcome.ts';

/**
 * One call, one message. `SendOutcome` documents what the outcome means for the queue. Send API pages of Messenger (5 May 2026) and
 * Instagram (11 September 2026).
 */
export async function sendMessage(
  settings: GraphSettings,
  timeoutMs: number,
  account: ChannelAccount,
  message: OutgoingMessage,
): Promise<SendOutcome> {
  const { to } = message;
  const targetId = 'commentId' in to ? to.commentId : to.contactId;
  if (!isGraphId(account.nativeId) || !isGraphId(targetId))
    return { kind: 'refused', why: because('invalid.ids'), platformCode: 'none' };
  if (!isUsableToken(account.token)) return { kind: 'reauth', why: because('reauth_required.damaged') };
  const url = graphUrl(settings, account.token, [account.nativeId, 'messages']);
  const answer = await callGraph(
    { method: 'POST', url, token: account.token, body: bodyOf(settings.dialect, message) },
    timeoutMs,
    settings.noteServerDate,
  );
  const answered = sendOutcomeOf(answer);
  const outcome =
    answered.kind === 'reauth' ? await checkTokenBeforeReauth(settings, timeoutMs, account, answer) : answered;
  // 100/2534014 means "no such person", or for a private reply "no such comment": then the person is as reachable as before.
  return 'commentId' in to && outcome.kind === 'refused' && outcome.platformCode === '100/2534014'
    ? { ...outcome, why: because('invalid.comment_gone') }
    : outcome;
}

/** One odd answer must not sign an account out: asks Meta once whose token this is, and only a token that it does not know is dead. */
async function checkTokenBeforeReauth(
  settings: GraphSettings,
  timeoutMs: number,
  account: ChannelAccount,
  refusal: GraphAnswer,
): Promise<SendOutcome> {
  const url = graphUrl(settings, account.token, ['me'], { fields: 'id' });
  const isGood = isTokenGood(
    await callGraph({ method: 'GET', url, token: account.token }, timeoutMs, settings.noteServerDate),
  );
  if (isGood === null) return { kind: 'not_sent', why: because('not_sent.sign_in_in_doubt') };
  return isGood ? outcomeUnderGoodToken(refusal) : sendOutcomeOf(refusal);
}

function bodyOf(dialect: GraphDialect, { to, text, mode, clientReference }: OutgoingMessage): Shape {
  const message = dialect.messageOf(text, clientReference);
  if ('commentId' in to) return { recipient: { comment_id: to.commentId }, message };
  const recipient = { id: to.contactId };
  return { recipient, ...(mode === 'human_agent' ? dialect.humanAgent : dialect.standard), message };
}
