import type { Message } from '@transom/shared';
import { useDesk, useThread } from '../desk-context.tsx';
import { findQuoted, quotedId } from '../display/quoted.ts';
import { text } from '../text/spoken.ts';
import css from './quote.module.css';
import { useSay } from './use-say.ts';
import { oneLine, useThreadFacts, writerName } from './writer.ts';

/** What a message answers, above its words: who said it and how it begins. A press goes there. */
export function Quote({ message }: { readonly message: Message }) {
  const nativeId = quotedId(message);
  return nativeId === null ? null : <QuoteOf nativeId={nativeId} isComment={message.comment !== null} />;
}

function QuoteOf({ nativeId, isComment }: { readonly nativeId: string; readonly isComment: boolean }) {
  const { thread } = useDesk();
  const facts = useThreadFacts();
  const { say, notReached } = useSay();
  const quoted = useThread((state) => findQuoted(state.messages, nativeId));
  // A comment may answer somebody whose comments are not in this thread, and its head says that it is an answer.
  if (quoted === undefined && isComment) return null;
  const show = () =>
    thread
      .getState()
      .showQuoted(nativeId)
      .then((isShown) => isShown === false && say(() => text.thread.messageNotFound))
      .catch(notReached);
  if (quoted === undefined) {
    return (
      <button type="button" className={css.quote} data-testid={`quote-${nativeId}`} onClick={() => void show()}>
        <span className={css.line}>{text.thread.quoteEarlier}</span>
      </button>
    );
  }
  const who = writerName(quoted, facts);
  const line = oneLine(quoted, facts);
  return (
    <button
      type="button"
      className={css.quote}
      data-testid={`quote-${nativeId}`}
      aria-label={text.thread.quoteLabel(who, line)}
      onClick={() => void show()}
    >
      <span className={css.who}>
        <bdi>{who}</bdi>
      </span>
      <span className={css.line} dir="auto">
        {line}
      </span>
    </button>
  );
}
