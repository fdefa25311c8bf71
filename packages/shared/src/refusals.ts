import * as z from 'zod';
import { en } from './text/en.ts';
import { because, type CodeOf, type ParamsFor, type ReasonKey, reasonSchema, sentenceOf } from './text/reason.ts';

/**
 * Every reason why the relay says no, with its HTTP status. The list is closed and its codes are stable: scripts and desks rely on them.
 * What a code means is in the catalogue (`text/en/refusals.ts`), where further words after a dot are more specific.
 */
export const refusals = {
  window_closed: { status: 409 },
  not_started_by_contact: { status: 409 },
  claimed_by_other: { status: 409 },
  answered_meanwhile: { status: 409 },
  wrote_meanwhile: { status: 409 },
  not_withdrawable: { status: 409 },
  private_reply_used: { status: 409 },
  plan_upgrade_required: { status: 403 },
  account_disconnected: { status: 409 },
  recipient_unavailable: { status: 409 },
  text_too_long: { status: 422 },
  text_empty: { status: 422 },
  forbidden: { status: 403 },
  policy_refused: { status: 403 },
  id_reused: { status: 422 },
  invalid_request: { status: 400 },
  unauthorized: { status: 401 },
  code_invalid: { status: 403 },
  too_many_attempts: { status: 429 },
  not_found: { status: 404 },
  body_too_large: { status: 413 },
  not_stored: { status: 503 },
  client_too_old: { status: 426 },
  not_configured: { status: 409 },
  internal_error: { status: 500 },
  not_confirmable: { status: 409 },
} as const satisfies Partial<Record<ReasonKey, { status: number }>>;

export type RefusalCode = keyof typeof refusals;
export const refusalCodeSchema = z.enum(Object.keys(refusals) as [RefusalCode, ...RefusalCode[]]);
/** The keys of the catalogue that say why something was refused. */
export type RefusalKey = { [Key in ReasonKey]: CodeOf<Key> extends RefusalCode ? Key : never }[ReasonKey];

/** A refusal as a value: expected, explained, and the same on the wire and in the database. */
export const refusalSchema = reasonSchema.extend({
  code: refusalCodeSchema,
  /** With `answered_meanwhile`: the newer answer. `by` is null for one given outside of Transom. */
  answer: z
    .object({ messageId: z.string(), by: z.string().nullable(), text: z.string(), sentAt: z.number().int() })
    .optional(),
});
export type Refusal = z.infer<typeof refusalSchema>;

export function refuse<Key extends RefusalKey>(key: Key, ...params: ParamsFor<Key>): Refusal {
  return because(key, ...params) as Refusal;
}

/** RFC 9457 problem document, in English. `type` is a URN because the code, not a web page, is the contract. */
export function problemDocument(refusal: Refusal) {
  const { code, reason, params, answer } = refusal;
  return {
    type: `urn:transom:problem:${code}`,
    title: en.reasons[code],
    status: refusals[code].status,
    code,
    detail: sentenceOf(en, refusal),
    ...(reason === undefined ? {} : { reason }),
    ...(params === undefined ? {} : { params }),
    ...(answer === undefined ? {} : { answer }),
  };
}
