import type { IncomingHttpHeaders } from 'node:http';
import { because, type Reason } from '@transom/shared';
import type { SendOutcome } from '../../../outbound/channel-port.ts';
import { asFlag, asId, asInteger, asList, asRecord, asText, type Shape } from '../shape.ts';
import type { GraphAnswer } from './call.ts';
import { type ErrorMeaning, meaningOf, meaningOfStatus, meaningUnderGoodToken } from './errors.ts';

/** What became of a message, from the answer to its one call. When in doubt `unknown`: nothing is ever sent twice. */
export function sendOutcomeOf(answer: GraphAnswer): SendOutcome {
  if (answer.kind !== 'answered') return answer;
  const { status, body } = answer;
  const error = asRecord(body?.error);
  if (status >= 200 && status < 300) {
    const nativeMessageId = asId(body?.message_id);
    if (nativeMessageId !== null) return { kind: 'sent', nativeMessageId, recipientId: asId(body?.recipient_id) };
  }
  return failureOf(answer, error);
}

/** Why a call that sends nothing failed. */
export function failureReasonOf(answer: GraphAnswer): Reason {
  return answer.kind === 'answered' ? failureOf(answer, asRecord(answer.body?.error)).why : answer.why;
}

/** Whether the token is good, by Meta's answer to a question that needs only a token. Null if the answer does not show it. */
export function isTokenGood(answer: GraphAnswer): boolean | null {
  if (answer.kind !== 'answered') return null;
  const error = asRecord(answer.body?.error);
  if (answer.status >= 200 && answer.status < 300 && error === null)
    return asId(answer.body?.id) === null ? null : true;
  return failureOf(answer, error).kind === 'reauth' ? false : null;
}

/**
 * What became of a message that was refused as if the token were dead, although it is good. If the refusal named the token, it was a
 * fault of Meta's and nothing was sent; if it named permissions, it is about the app or this person.
 */
export function outcomeUnderGoodToken(answer: GraphAnswer): SendOutcome {
  const error = answer.kind === 'answered' ? asRecord(answer.body?.error) : null;
  const code = asInteger(error?.code);
  if (code !== 10 && code !== 200) return { kind: 'not_sent', why: because('not_sent.sign_in_refused_once') };
  return {
    kind: 'refused',
    why: because(meaningUnderGoodToken(asText(error?.message))),
    platformCode: platformCodeOf(0, code, asInteger(error?.error_subcode)),
  };
}

type Answered = Extract<GraphAnswer, { kind: 'answered' }>;
type Failure = Exclude<SendOutcome, { kind: 'sent' | 'not_sent' }>;

function failureOf({ status, headers }: Answered, error: Shape | null): Failure {
  const code = asInteger(error?.code);
  const subcode = asInteger(error?.error_subcode);
  const meaning = meaningOfAnswer(
    status,
    { code, subcode, message: asText(error?.message) },
    asFlag(error?.is_transient),
  );
  const { why } = meaning;
  switch (why.code) {
    case 'unconfirmed':
      return { kind: 'unknown', why };
    case 'reauth_required':
      return { kind: 'reauth', why };
    case 'calls_refused':
      return { kind: 'calls_refused', why };
    case 'throttled':
      return { kind: 'throttled', why, retryAfterMs: retryAfterMsOf(headers) ?? meaning.retryAfterMs ?? null };
    default:
      return { kind: 'refused', why, platformCode: platformCodeOf(status, code, subcode) };
  }
}

function meaningOfAnswer(
  status: number,
  {
    code,
    subcode,
    message,
  }: { readonly code: number | null; readonly subcode: number | null; readonly message: string | null },
  transient: boolean,
): ErrorMeaning {
  // Whatever a failing server says, it may have failed after sending.
  if (status >= 500) return meaningOfStatus(status);
  if (status === 429 || code === null) return meaningOfStatus(status);
  const meaning = meaningOf(code, subcode, message);
  return transient && meaning.why.code === 'invalid' ? meaningOf(2, null) : meaning;
}

function platformCodeOf(status: number, code: number | null, subcode: number | null): string {
  if (code === null) return `http ${status}`;
  return subcode === null ? String(code) : `${code}/${subcode}`;
}

const maxWaitMs = 24 * 60 * 60_000;

/**
 * How long Meta wants us to wait: the largest `estimated_time_to_regain_access` (minutes) in the usage header, else `Retry-After`
 * (seconds). Null if neither says.
 */
function retryAfterMsOf(headers: IncomingHttpHeaders): number | null {
  const minutes = usagesOf(headers['x-business-use-case-usage']).map(
    (usage) => asInteger(usage?.estimated_time_to_regain_access) ?? 0,
  );
  const seconds = asInteger(headers['retry-after']) ?? 0;
  const waitMs = Math.max(0, ...minutes) * 60_000 || seconds * 1_000;
  return waitMs > 0 ? Math.min(waitMs, maxWaitMs) : null;
}

/** The header is JSON: `{"<account id>": [{…}, …]}`. */
function usagesOf(header: string | string[] | undefined): (Shape | null)[] {
  if (typeof header !== 'string') return [];
  try {
    const usages = asRecord(JSON.parse(header)) ?? {};
    return Object.values(usages)
      .flatMap((list) => asList(list) ?? [])
      .map(asRecord);
  } catch {
    return [];
  }
}
