import { type Message, privateReplyWindowMs, windowAt } from '@transom/shared';
import type { Row } from '../../contract/views.ts';
import { text } from '../text/en.ts';
import { moment, momentAt } from './when.ts';

type WaitingFacts = {
  readonly message: Pick<Message, 'kind' | 'failure' | 'waitsUntil'>;
  readonly row: Pick<Row, 'window'>;
  readonly now: number | null;
  readonly approved: boolean;
};

/** Without the relay's time nothing is said about the window: the relay looks again before it sends. */
export function waitingWords({ message, row, now, approved }: WaitingFacts): string {
  const { waits } = text.thread;
  const until = message.waitsUntil ?? null;
  const isAhead = until !== null && (now === null || until > now);
  const sentences = [message.failure?.detail ?? waits.noReason];
  if (isAhead) sentences.push(waits.again(momentAt(until, now)));
  // The window of that moment counts: a person's answer may still go out when the first 24 hours are over.
  const endsAt = now === null ? null : windowEnd(message.kind, row.window, isAhead ? until : now, approved);
  if (now !== null && endsAt !== null) {
    const isTooLate = isAhead && until >= endsAt;
    if (endsAt <= now) sentences.push(waits.closed(momentAt(endsAt, now)));
    else if (isTooLate) sentences.push(waits.closesBefore(momentAt(endsAt, now)));
    else sentences.push(waits.openUntil(moment(endsAt, now)));
  }
  return sentences.join(' ');
}

/** A private reply has a week from its comment; that it uses the right up itself does not end it. */
function windowEnd(kind: Message['kind'], window: Row['window'], at: number, approved: boolean): number | null {
  if (kind !== 'private_reply') return windowAt({ ...window, comment: null }, at, approved).expiresAt;
  return window.comment === null ? null : window.comment.at + privateReplyWindowMs;
}
