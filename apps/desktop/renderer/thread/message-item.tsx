import type { Message } from '@transom/shared';
import { memo } from 'react';
import { useSpeech } from '../desk-context.tsx';
import { clockTime, exactTime } from '../display/when.ts';
import { Bubble } from './bubble.tsx';
import css from './message-item.module.css';
import { MessageState } from './message-state.tsx';
import { QueuedReply } from './queued-reply.tsx';
import { SendTrouble } from './send-trouble.tsx';
import { useThreadFacts, writerName } from './writer.ts';

type MessageItemProps = { readonly message: Message; readonly isFirst: boolean; readonly isLast: boolean };

/** A message in its group: the last one shows name, time and state for everything that one person wrote in one go. */
export const MessageItem = memo(function MessageItem({ message, isFirst, isLast }: MessageItemProps) {
  useSpeech();
  const facts = useThreadFacts();
  const writer = writerName(message, facts);
  const isOurs = message.direction === 'outbound';
  const isInTrouble = !facts.isErased && (message.state === 'failed' || message.state === 'unconfirmed');
  return (
    <article
      id={`message-${message.id}`}
      data-testid={`message-${message.id}`}
      data-state={message.state}
      className={`${css.message} ${isOurs ? css.us : css.them} ${isFirst ? css.first : ''}`}
      aria-label={writer}
    >
      <Bubble message={message} isInTrouble={isInTrouble} />
      {isInTrouble ? <SendTrouble message={message} /> : null}
      {isOurs && message.state === 'queued' && !facts.isErased ? <QueuedReply message={message} /> : null}
      {isLast ? (
        <div className={css.foot}>
          {isOurs ? <bdi className={css.name}>{writer}</bdi> : null}
          <MessageTime at={message.sentAt} />
          {isOurs ? <MessageState message={message} /> : null}
        </div>
      ) : null}
    </article>
  );
});

export function MessageTime({ at }: { readonly at: number }) {
  return (
    <time className={css.time} dateTime={new Date(at).toISOString()} title={exactTime(at)}>
      {clockTime(at)}
    </time>
  );
}
