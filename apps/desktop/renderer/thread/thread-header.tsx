import { ArrowLeft, PanelRight } from 'lucide-react';
import { memo } from 'react';
import type { Row } from '../../contract/views.ts';
import { toggleContext } from '../context/over-thread.ts';
import { contactName, whoIs } from '../desk/contact-name.ts';
import { useDesk, useSession, useView } from '../desk-context.tsx';
import { runCommand } from '../keyboard/use-keyboard.ts';
import { Avatar } from '../parts/avatar.tsx';
import { IconButton } from '../parts/button.tsx';
import { CountdownSign, useCountdown } from '../parts/countdown.tsx';
import { HandoffButtons } from '../parts/handoff-buttons.tsx';
import { text } from '../text/en.ts';
import css from './thread-header.module.css';

export function ThreadHeader({ row }: { readonly row: Row }) {
  const accountName = useSession((state) => state.accountOf(row.accountId)?.name ?? text.channel(row.channel));
  const { state, short, sixtieths, long } = useCountdown(row);
  // As in the list: where nobody waits, or nobody can be reached, the time runs and is no duty.
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
  const desk = useDesk();
  return (
    <span className={css.back}>
      <IconButton label={text.thread.back} command="back" onClick={() => runCommand(desk, 'back')}>
        <ArrowLeft size={18} aria-hidden="true" />
      </IconButton>
    </span>
  );
});

const Details = memo(function Details() {
  const desk = useDesk();
  const context = useView((state) => state.context);
  return (
    <IconButton
      label={text.thread.context}
      command="context"
      aria-pressed={context === 'open'}
      onClick={() => toggleContext(desk)}
    >
      <PanelRight size={18} aria-hidden="true" />
    </IconButton>
  );
});
