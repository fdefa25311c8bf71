import { ArrowLeft, PanelRight } from 'lucide-react';
import { memo } from 'react';
import type { Row } from '../../contract/views.ts';
import { useSession, useSpeech, useView } from '../desk-context.tsx';
import { contactName, whoIs } from '../display/contact-name.ts';
import { Avatar } from '../parts/avatar.tsx';
import { CommandButton } from '../parts/button.tsx';
import { CountdownSign, useCountdown } from '../parts/countdown.tsx';
import { HandoffButtons } from '../parts/handoff-buttons.tsx';
import { text } from '../text/spoken.ts';
import css from './thread-header.module.css';

export function ThreadHeader({ row }: { readonly row: Row }) {
  const accountName = useSession((state) => state.accountOf(row.accountId)?.name ?? text.channel(row.channel));
  const { state, short, sixtieths, long } = useCountdown(row);
  // As in the list: where nobody waits, or the contact cannot be reached, the time runs but is no duty.
  const look = row.state === 'needs_answer' && !row.unreachable ? state : 'calm';
  const name = contactName(whoIs(row));
  const handle = row.contact.username === null || row.contact.name === null ? null : `@${row.contact.username}`;
  return (
    <header className={css.header}>
      <Back />
      <Avatar name={name} channel={row.channel} />
      <div className={css.who}>
        <h2 className={css.name}>
          <bdi>{name}</bdi>
        </h2>
        <p className={css.account}>
          {handle === null ? null : <span>{handle}</span>}
          <span>{accountName}</span>
        </p>
      </div>
      <span className={`${css.clock} ${css[look]}`} title={long} data-testid="thread-clock">
        <CountdownSign state={state} sixtieths={sixtieths} />
        <span>{short}</span>
        <span className="heard" aria-live="polite">
          {text.clock.state[state]}
        </span>
      </span>
      <HandoffButtons row={row} />
      <Details />
    </header>
  );
}

// Buttons with a tooltip cost as much as the rest of the header, which is drawn with every message.
const Back = memo(function Back() {
  useSpeech();
  return (
    <span className={css.back}>
      <CommandButton command="back">
        <ArrowLeft size={18} aria-hidden="true" />
      </CommandButton>
    </span>
  );
});

const Details = memo(function Details() {
  useSpeech();
  const context = useView((state) => state.context);
  return (
    <CommandButton command="context" label={text.thread.context} aria-pressed={context === 'open'}>
      <PanelRight size={18} aria-hidden="true" />
    </CommandButton>
  );
});
