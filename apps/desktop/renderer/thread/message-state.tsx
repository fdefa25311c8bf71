import type { Message } from '@transom/shared';
import { Check, CheckCheck, CircleHelp, Clock, Eye, LoaderCircle, TriangleAlert } from 'lucide-react';
import { text } from '../text/spoken.ts';
import css from './message-state.module.css';

const signs = {
  queued: Clock,
  sending: LoaderCircle,
  sent: Check,
  delivered: CheckCheck,
  read: Eye,
  failed: TriangleAlert,
  unconfirmed: CircleHelp,
  unknown: CircleHelp,
} satisfies Partial<Record<Message['state'], typeof Check>>;

/** How far an outgoing message has come: a sign and a word. */
export function MessageState({ message }: { readonly message: Message }) {
  if (message.state === 'received') return null;
  const Sign = signs[message.state];
  return (
    <span className={`${css.state} ${css[message.state]}`} data-testid={`state-${message.id}`}>
      <Sign size={13} aria-hidden="true" />
      {text.thread.state[message.state]}
    </span>
  );
}
