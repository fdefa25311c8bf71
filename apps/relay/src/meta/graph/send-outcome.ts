import type { IncomingHttpHeaders } from 'node:http';
import type { SendOutcome } from '../../outbound/channel-port.ts';
import { asId, asInteger, asList, asRecord, type Shape } from '../shape.ts';
import type { GraphAnswer } from './call.ts';
import { type ErrorMeaning, meaningOf, meaningOfStatus } from './errors.ts';

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

/** The same for a call that sends nothing: a sentence for people. */
export function failureDetailOf(answer: GraphAnswer): string {
  return answer.kind === 'answered' ? failureOf(answer, asRecord(answer.body?.error)).detail : answer.detail;
}

type Answered = Extract<GraphAnswer, { kind: 'answered' }>;
type Failure = Exclude<SendOutcome, { kind: 'sent' | 'not_sent' }>;

function failureOf({ status, headers }: Answered, error: Shape | null): Failure {
  const code = asInteger(error?.code);
  const subcode = asInteger(error?.error_subcode);
  const meaning = meaningOfAnswer(status, code, subcode, error?.is_transient === true);
  const { kind, detail } = meaning;
  switch (kind) {
    case 'unknown':
    case 'reauth':
      return { kind, detail };
    case 'throttled':
      return { kind, detail, retryAfterMs: retryAfterMsOf(headers) ?? meaning.retryAfterMs ?? null };
    default:
      return { kind: 'refused', reason: kind, detail, platformCode: platformCodeOf(status, code, subcode) };
  }
}

function meaningOfAnswer(
  status: number,
  code: number | null,
  subcode: number | null,
  transient: boolean,
): ErrorMeaning {
  // Whatever a failing server says, it may have failed after sending.
  if (status >= 500) return meaningOfStatus(status);
  if (status === 429 || code === null) return meaningOfStatus(status);
  const meaning = meaningOf(code, subcode);
  return transient && meaning.kind === 'invalid' ? meaningOf(2, null) : meaning;
}

function platformCodeOf(status: number, code: number | null, subcode: number | null): string {
  if (code === null) return `http ${status}`;
  return subcode === null ? String(code) : `${code}/${subcode}`;
}

const longestWaitMs = 24 * 60 * 60_000;

/**
 * How long Meta wants us to wait: the largest `estimated_time_to_regain_access` (minutes) in the usage header, else
 * `Retry-After` (seconds). Null where neither says.
 */
function retryAfterMsOf(headers: IncomingHttpHeaders): number | null {
  const minutes = usagesOf(headers['x-business-use-case-usage']).map(
    (usage) => asInteger(usage?.estimated_time_to_regain_access) ?? 0,
  );
  const seconds = asInteger(headers['retry-after']) ?? 0;
  const waitMs = Math.max(0, ...minutes) * 60_000 || seconds * 1_000;
  return waitMs > 0 ? Math.min(waitMs, longestWaitMs) : null;
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
