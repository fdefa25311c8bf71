import type { Message } from '@transom/shared';
import { Lock } from 'lucide-react';
import { memo } from 'react';
import { useSpeech, useThread } from '../desk-context.tsx';
import { hasVisibleText } from '../display/visible-text.ts';
import { text } from '../text/spoken.ts';
import { MessageTime } from './message-item.tsx';
import css from './note-item.module.css';
import { useThreadFacts, writerName } from './writer.ts';

/** What the team wrote for itself: across the whole width, so that nobody takes it for an answer. */
export const NoteItem = memo(function NoteItem({ message }: { readonly message: Message }) {
  useSpeech();
  const facts = useThreadFacts();
  const isFocus = useThread((state) => state.focusId === message.id);
  const words = message.text ?? '';
  return (
    <article className={css.place} id={`message-${message.id}`} aria-label={text.inbox.kind.note}>
      <div className={`${css.note} ${isFocus ? css.found : ''}`}>
        <p className={css.head}>
          <Lock size={12} aria-hidden="true" />
          <bdi className={css.name}>{writerName(message, facts)}</bdi>
          <MessageTime at={message.sentAt} />
          <span className={css.only}>{text.thread.noteOnly}</span>
        </p>
        <p className={css.words} dir="auto">
          {facts.isErased ? text.thread.erased : hasVisibleText(words) ? words : text.thread.noVisibleText}
        </p>
      </div>
    </article>
  );
});
