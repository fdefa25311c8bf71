import * as z from 'zod';

/**
 * Every reason for which the relay says no, with its HTTP status and a sentence that says what happened. The list is closed and its codes are stable:
 * scripts and desks rely on them.
 */
export const refusals = {
  window_closed: { status: 409, title: 'The response window is closed. It opens again when the person writes.' },
  not_started_by_contact: {
    status: 409,
    title: 'This person has not written to the business, so Meta does not allow messages to them.',
  },
  claimed_by_other: { status: 409, title: 'Somebody else is answering this conversation.' },
  answered_meanwhile: {
    status: 409,
    title: 'Somebody else answered this person after you last saw the conversation. Nothing was sent.',
  },
  not_withdrawable: { status: 409, title: 'This message is already on its way, or is not yours to take back.' },
  private_reply_used: { status: 409, title: 'The one private reply that Meta allows for this comment has been sent.' },
  plan_upgrade_required: { status: 403, title: 'Replies on this channel are not part of the agency\u2019s plan.' },
  account_disconnected: { status: 409, title: 'The account is disconnected. Connect it again before answering.' },
  recipient_unavailable: { status: 409, title: 'This person cannot receive messages from the business at the moment.' },
  text_too_long: { status: 422, title: 'The text is longer than the channel allows.' },
  text_empty: { status: 422, title: 'The text is empty.' },
  forbidden: { status: 403, title: 'Your role does not allow this.' },
  policy_refused: {
    status: 403,
    title: 'Transom never does this: every message is sent by a person, one at a time, to somebody who wrote first.',
  },
  id_reused: { status: 422, title: 'This id was used before for something else. Use a new id for a new message.' },
  invalid_request: { status: 400, title: 'The request has the wrong shape.' },
  unauthorized: { status: 401, title: 'The device token is missing, wrong or revoked.' },
  code_invalid: { status: 403, title: 'The code is wrong, used or expired. Ask for a new one.' },
  too_many_attempts: { status: 429, title: 'Too many attempts. Wait before trying again.' },
  not_found: { status: 404, title: 'This was not found. It may have been removed.' },
  body_too_large: { status: 413, title: 'The body is larger than the relay accepts.' },
  not_stored: { status: 503, title: 'The relay could not store this. Nothing was lost; try again.' },
  client_too_old: { status: 426, title: 'This desk is older than the relay. You can still read; update it to send.' },
  not_configured: { status: 409, title: 'The relay is missing a setting that this needs.' },
  internal_error: {
    status: 500,
    title: 'Something went wrong in the relay. The reason is in its log, under the reference.',
  },
  not_confirmable: { status: 409, title: 'This message is not in doubt, so there is nothing to confirm.' },
} as const satisfies Record<string, { status: number; title: string }>;

export type RefusalCode = keyof typeof refusals;
export const refusalCodeSchema = z.enum(Object.keys(refusals) as [RefusalCode, ...RefusalCode[]]);

/** A refusal as a value: expected, explained, and the same on the wire and in the database. */
export const refusalSchema = z.object({
  code: refusalCodeSchema,
  detail: z.string(),
  /** With `answered_meanwhile`: the newer answer. `by` is null for one given outside of Transom. */
  answer: z
    .object({ messageId: z.string(), by: z.string().nullable(), text: z.string(), sentAt: z.number().int() })
    .optional(),
});
export type Refusal = z.infer<typeof refusalSchema>;

export function refuse(code: RefusalCode, detail: string = refusals[code].title): Refusal {
  return { code, detail };
}

/** RFC 9457 problem document. `type` is a URN because the code, not a web page, is the contract. */
export function problemDocument({ code, detail, answer }: Refusal) {
  const { status, title } = refusals[code];
  const document = { type: `urn:transom:problem:${code}`, title, status, code, detail };
  return answer === undefined ? document : { ...document, answer };
}
