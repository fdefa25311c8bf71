import { type AccountRules, type Message, privateReplyEndsAt, windowAt } from '@transom/shared';
import type { Row } from '../../contract/views.ts';
import { sentence } from '../text/sentence.ts';
import { text } from '../text/spoken.ts';
import { moment, momentAt } from './when.ts';

type WaitingFacts = {
  readonly message: Pick<Message, 'kind' | 'failure' | 'waitsUntil'>;
  readonly row: Pick<Row, 'window'>;
  readonly now: number | null;
  readonly account: AccountRules;
};

/** Without the relay's time nothing is said about the window: the relay checks again before it sends. */
export function waitingWords({ message, row, now, account }: WaitingFacts): string {
  const { waits } = text.thread;
  const until = message.waitsUntil ?? null;
  const isAhead = until !== null && (now === null || until > now);
  const sentences = [message.failure === null ? waits.noReason : sentence(message.failure)];
  if (isAhead) sentences.push(waits.again(momentAt(until, now)));
  // The window at that moment counts: a person's answer may still be sent after the first 24 hours.
  const endsAt = now === null ? null : windowEnd(message.kind, row.window, isAhead ? until : now, account);
  if (now !== null && endsAt !== null) {
    const isTooLate = isAhead && until >= endsAt;
    if (endsAt <= now) sentences.push(waits.closed(momentAt(endsAt, now)));
    else if (isTooLate) sentences.push(waits.closesBefore(momentAt(endsAt, now)));
    else sentences.push(waits.openUntil(moment(endsAt, now)));
  }
  return text.sentences(sentences);
}

/** A private reply's time runs from its comment; that the reply itself uses up the right does not end it. */
function windowEnd(kind: Message['kind'], window: Row['window'], at: number, account: AccountRules): number | null {
  if (kind !== 'private_reply') return windowAt({ ...window, comment: null }, at, account).expiresAt;
  return window.comment === null ? null : privateReplyEndsAt(window.comment, account);
}
