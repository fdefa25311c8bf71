import { because, type CodeOf, type ParamsFor, type ReasonKey } from '@transom/shared';
import type { SendOutcome } from '../../../outbound/channel-port.ts';

/** Why a message did not arrive, or may not have. What the queue does about it follows from the code (`send-outcome.ts`). */
type Why = Exclude<SendOutcome, { kind: 'sent' | 'not_sent' }>['why'];
type RefusedCode = Extract<SendOutcome, { kind: 'refused' }>['why']['code'];
type KeyFor<Code extends string> = {
  [Key in ReasonKey]: CodeOf<Key> extends Code ? (ParamsFor<Key> extends [] ? Key : never) : never;
}[ReasonKey];

/** What one of Meta's errors means for a message. `retryAfterMs` is used where Meta names no time itself. */
export type ErrorMeaning = { readonly why: Why; readonly retryAfterMs?: number };

const minuteMs = 60_000;

/**
 * Meta's error codes, as of 20 November 2026 (Graph, Messenger and Instagram error pages; rows that pages lack come from implementers'
 * reports). Messages are localized and reworded, so this table uses only code and subcode. `code/none` is a code without subcode,
 * `any/subcode` a subcode with any code; a lone code covers every subcode that is not listed.
 */
const rows: readonly (readonly [errors: string, reason: KeyFor<Why['code']>, retryAfterMs?: number])[] = [
  ['10/2534022 10/2018278 10/2018065', 'window_closed.at_meta'],
  ['10/2018108 551 200/1545041', 'recipient_unavailable'],
  ['100/2534014 100/2018001', 'recipient_unavailable.unknown'],
  ['10900 100/2534025', 'private_reply_used.at_meta'],
  ['10/1893063', 'throttled.page', 30 * minuteMs],
  ['4 17 32 341 613 100/2534013', 'throttled.account'],
  ['any/2018321', 'throttled.automated_questions', minuteMs],
  ['368 any/2534122 any/2534029', 'account_restricted.by_meta'],
  ['200/2534041', 'account_restricted.access_off'],
  ['200/2534048 200/2018028', 'account_restricted.roles_only'],
  ['3', 'account_restricted.capability'],
  ['10904 10904/1893050', 'account_restricted.page_messages_off'],
  ['any/2018300 any/2534037', 'not_thread_owner'],
  ['190 102', 'reauth_required.rejected'],
  // A 10 with an unlisted subcode is about one message; taken for a dead sign-in, it would stop the account.
  ['10/none 200', 'reauth_required.permission'],
  ['200/2534066', 'reauth_required.private_replies'],
  ['1 2 1200 -1 any/1357046', 'unconfirmed.fault_at_meta'],
  // Comes after the fact: Meta created the message, then could not answer in the requested format (field report, 2026).
  ['20 any/1772107', 'unconfirmed.answer_form'],
  // The same text was posted before: possibly by the attempt that this one repeats.
  ['506', 'unconfirmed.duplicate'],
  ['100/2018109', 'invalid.attachment_too_large'],
  ['100/2018034', 'invalid.empty'],
  ['100/2534001', 'invalid.conversation_deleted'],
  ['100/33', 'invalid.gone'],
  ['10903 10903/1893049', 'invalid.no_reply_allowed'],
  ['100', 'invalid.form'],
];

const meanings = new Map<string, ErrorMeaning>(
  rows.flatMap(([errors, reason, retryAfterMs]) => {
    const meaning = { why: because(reason), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    return errors.split(' ').map((error) => [error, meaning] as const);
  }),
);

const otherwise: ErrorMeaning = { why: because('invalid') };

/**
 * A bare 100 covers many faults of a message. With these words, which Meta addresses to developers and does not localize, it means that the
 * method does not exist at all: for days, some apps got it for every call (field report, 2026).
 */
const methodRefused = /unsupported request - method type/i;
const callsRefused: ErrorMeaning = { why: because('calls_refused.this') };

/** The meaning of an error envelope from Meta that came with an HTTP status below 500. */
export function meaningOf(code: number, subcode: number | null, message: string | null = null): ErrorMeaning {
  if (code === 100 && subcode === null && message !== null && methodRefused.test(message)) return callsRefused;
  const exact =
    subcode === null
      ? meanings.get(`${code}/none`)
      : (meanings.get(`${code}/${subcode}`) ?? meanings.get(`any/${subcode}`));
  if (exact !== undefined) return exact;
  // Codes from 80000 are rate limits of one use case each (80001 Pages, 80002 Instagram, 80006 Messenger).
  const throttledUseCase = code >= 80_000 && code < 80_100;
  return meanings.get(throttledUseCase ? '4' : String(code)) ?? otherwise;
}

/** The meaning of an answer without such an envelope: a proxy's page, a gateway's time-out, broken JSON. */
export function meaningOfStatus(status: number): ErrorMeaning {
  if (status === 401) return meaningOf(190, null);
  if (status === 429) return meaningOf(4, null);
  if (status >= 300 && status < 500 && status !== 408) return { why: because('invalid.not_graph') };
  return { why: because('unconfirmed.answer_unreadable') };
}

/** What a refusal for lack of a permission means when the token itself is good. Only Meta's words tell the cases apart. */
export function meaningUnderGoodToken(message: string | null): KeyFor<RefusedCode> {
  if (message !== null && /advanced access|role on (?:the )?app/i.test(message)) return 'account_restricted.roles_only';
  if (message !== null && /isn.t receiving messages|isn.t available|cannot receive/i.test(message))
    return 'recipient_unavailable';
  return 'account_restricted.good_sign_in';
}
