import { Lock } from 'lucide-react';
import { memo } from 'react';
import type { Row } from '../../contract/views.ts';
import type { BubbleGroup } from '../desk/bubble-groups.ts';
import { contactName, whoIs } from '../desk/contact-name.ts';
import { clockTime, exactTime } from '../desk/when.ts';
import { text } from '../text/en.ts';
import { Bubble } from './bubble.tsx';
import css from './bubble-group.module.css';
import { DeliveryLine } from './delivery-line.tsx';

type BubbleGroupProps = { readonly group: BubbleGroup; readonly row: Row };

/** What one person wrote in one go: the name once above, the time and the fate of the last one below. */
export const BubbleGroupView = memo(function BubbleGroupView({ group, row }: BubbleGroupProps) {
  const last = group.messages.at(-1);
  if (last === undefined) return null;
  const author = authorOf(group, row);
  const time = (
    <time className={css.time} dateTime={new Date(last.sentAt).toISOString()} title={exactTime(last.sentAt)}>
      {clockTime(last.sentAt)}
    </time>
  );
  if (group.side === 'note') {
    return (
      <article className={css.note} id={`message-${last.id}`} aria-label={text.inbox.kind.note}>
        <p className={css.noteHead}>
          <Lock size={12} aria-hidden="true" />
          <span>{author}</span>
          {time}
          <span className={css.only}>{text.thread.noteOnly}</span>
        </p>
        <p className={css.noteText} dir="auto">
          {last.text}
        </p>
      </article>
    );
  }
  return (
    <article className={`${css.group} ${css[group.side]}`} aria-label={author}>
      {group.messages.map((message) => (
        <Bubble key={message.id} message={message} row={row} />
      ))}
      <div className={css.foot}>
        {group.side === 'us' ? <span>{author}</span> : null}
        {time}
        {group.side === 'us' ? <DeliveryLine message={last} /> : null}
      </div>
    </article>
  );
});

function authorOf(group: BubbleGroup, row: Row): string {
  if (group.side === 'them') return contactName(whoIs(row));
  if (group.messages[0]?.origin === 'elsewhere') return text.thread.elsewhere(text.channel[row.channel]);
  return group.author ?? '';
}
