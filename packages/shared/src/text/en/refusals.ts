import { dayMs, hourMs } from '../../time.ts';

/**
 * Why the relay refuses. A code without a dot is one of the closed list in `refusals.ts`; what follows a dot names the exact case. A desk
 * that does not know the longer code shows the sentence of the shorter one.
 */
export const refusalReasons = {
  window_closed: 'The response window is closed. It opens again when the person writes.',
  'window_closed.private_reply': ({ lastsMs }: { lastsMs: number }) =>
    `A private reply can only be sent within ${daysOrHours(lastsMs)} of the comment. That time is over.`,
  'window_closed.too_soon':
    'The response window closes in less than four hours, so this conversation cannot be put off.',
  not_started_by_contact: 'This person has not written to the business, so Meta does not allow messages to them.',
  claimed_by_other: 'Someone else is answering this conversation.',
  'claimed_by_other.by': ({ name }: { name: string }) => `${name} is answering this conversation.`,
  answered_meanwhile: 'Someone else answered this person after you last saw the conversation. Nothing was sent.',
  'answered_meanwhile.by': ({ name }: { name: string }) =>
    `${name} answered this person after you last saw the conversation. Nothing was sent.`,
  'answered_meanwhile.outside':
    'Someone answered this person outside Transom after you last saw the conversation. Nothing was sent.',
  wrote_meanwhile: 'This person wrote again after you last saw the conversation, so it was not put off.',
  not_withdrawable: 'This message is already on its way, or is not yours to take back.',
  'not_withdrawable.gone': 'This reply is no longer there. Someone may have taken it back already.',
  'not_withdrawable.of_other': ({ author }: { author: string | null }) =>
    `Only ${author ?? 'its author'} or an owner can take this reply back.`,
  'not_withdrawable.failed': 'This reply failed and will not be sent. There is nothing to take back.',
  'not_withdrawable.on_its_way': 'This reply is already on its way to Meta and can no longer be taken back.',
  'not_withdrawable.sent': 'This reply has been sent and can no longer be taken back here.',
  private_reply_used: 'The one private reply that Meta allows for this comment has been sent.',
  plan_upgrade_required: 'Replies on this channel are not part of the agency\u2019s plan.',
  'plan_upgrade_required.channel': ({ channel, plan }: { channel: string; plan: string | null }) =>
    plan === null
      ? `${channel} replies are not part of any plan.`
      : `${channel} replies are part of the ${plan.charAt(0).toUpperCase()}${plan.slice(1)} plan.`,
  account_disconnected: 'The account is disconnected. Connect it again before answering.',
  recipient_unavailable: 'This person cannot receive messages from the business at the moment.',
  'recipient_unavailable.erased': 'This person\u2019s data was erased. There is nothing left to answer.',
  text_too_long: 'The text is longer than the channel allows.',
  'text_too_long.by': ({ used, limit, unit }: { used: number; limit: number; unit: 'bytes' | 'characters' }) =>
    `The text is ${used} ${unit} long; at most ${limit} are allowed.`,
  text_empty: 'The text is empty.',
  forbidden: 'Your role does not allow this.',
  'forbidden.viewer': 'Viewers can read but not answer.',
  'forbidden.owners_only': 'Only owners can do this.',
  'forbidden.devices_of_others': 'Only owners can revoke other people\u2019s devices.',
  policy_refused:
    'Transom never does this: every message is sent by a person, one at a time, to someone who wrote first.',
  'policy_refused.scheduled': 'Transom does not schedule messages: a person sends each one.',
  'policy_refused.automatic': 'There are no automatic replies: a person sends each message.',
  'policy_refused.automatic_comment': 'There are no automatic comments: a person answers each one.',
  'policy_refused.comment': 'Transom does not post: it answers people who wrote.',
  'policy_refused.cold': 'Transom does not message strangers: the other person must have written first.',
  'policy_refused.post': 'Transom does not publish posts.',
  'policy_refused.scraping': 'Transom does not scrape profiles: it keeps only what people sent.',
  'policy_refused.field': ({ field }: { field: string }) => `There is no "${field}": a person sends each message.`,
  id_reused: 'This ID was used before for something else. Use a new ID for a new message.',
  invalid_request: 'The request has the wrong shape.',
  'invalid_request.shape': ({ problems }: { problems: string }) => problems,
  'invalid_request.address': 'The address of this request cannot be read.',
  'invalid_request.content_type': 'The body has the wrong content type. Send JSON as application/json.',
  'invalid_request.unreadable': 'The request could not be read. Is the body complete, valid JSON?',
  'invalid_request.token_in_use':
    'This device token already belongs to a device that was paired with another code. Make a new token for each code.',
  unauthorized: 'The device token is missing, wrong or revoked.',
  'unauthorized.unsigned': 'The signed_request was not signed by an app that this relay knows.',
  code_invalid: 'The code is wrong, expired or already used. Ask for a new one.',
  too_many_attempts: 'Too many attempts. Wait before trying again.',
  'too_many_attempts.device':
    'This device is asking for more than the relay answers at once. Wait a moment before trying again.',
  'too_many_attempts.codes': ({ minutes }: { minutes: number }) =>
    `Too many wrong codes were entered from here. Try again in ${minutes} minutes.`,
  not_found: 'This was not found. It may have been removed.',
  'not_found.conversation': 'There is no such conversation.',
  'not_found.conversation_to_answer': 'There is no such conversation. Only people who wrote first can be answered.',
  'not_found.comment': 'There is no such comment.',
  'not_found.comment_gone': 'The comment was removed or hidden before this reply could be sent, so nothing was sent.',
  'not_found.account': 'There is no such account.',
  'not_found.device': 'There is no such device, or it was revoked before.',
  'not_found.grant': 'There is no such grant, or it was ended before.',
  'not_found.deletion': 'There is no request with this code.',
  'not_found.metrics': 'Metrics are answered where METRICS_LISTEN says, on this machine.',
  'not_found.address': ({ method }: { method: string }) =>
    `There is no ${method} at this address. GET /api/openapi.json lists what there is.`,
  'not_found.claim_done': 'This conversation is done. Reopen it first if you want to claim it.',
  'not_found.claim_answered': 'This conversation has been answered, so there is nothing to claim.',
  'not_found.claim_nothing': 'There is nothing to claim here right now.',
  body_too_large: 'The body is larger than the relay accepts.',
  not_stored: 'The relay could not store this. Nothing was lost; try again.',
  client_too_old: 'This version of Transom is too old for the relay. You can still read; update Transom to send.',
  'client_too_old.channel': 'This version of Transom does not know this channel. Update Transom to answer here.',
  'client_too_old.role': 'This version of Transom does not know your role. Update Transom to answer.',
  not_configured: 'The relay is missing a setting that this needs.',
  'not_configured.setting': ({ setting }: { setting: string }) =>
    `The relay needs ${setting} for this. Its operator sets it and starts the relay again.`,
  'not_configured.older_relay':
    'The relay is older than this desk and cannot do this yet, so nothing was changed. Ask whoever runs the relay to update it.',
  internal_error: 'Something went wrong in the relay. The reason is in its log, under the reference.',
  'internal_error.reference': ({ reference }: { reference: string }) =>
    `Something went wrong in the relay. Whoever runs it will find the reason in its log, under ${reference}.`,
  not_confirmable: 'This message is not in doubt, so there is nothing to confirm.',
  'not_confirmable.still_looking':
    'Transom is still checking whether this arrived, which takes half a minute. After that you can say that it did not, and send it again.',
} as const;

function daysOrHours(ms: number): string {
  return ms % dayMs === 0 ? `${ms / dayMs} days` : `${Math.floor(ms / hourMs)} hours`;
}
