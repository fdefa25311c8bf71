import type { Message, MessageState } from '@transom/shared';
import { Check, CheckCheck, CircleHelp, Clock, Eye, LoaderCircle, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useDesk } from '../desk-context.tsx';
import { Button } from '../parts/button.tsx';
import { text } from '../text/en.ts';
import css from './delivery-line.module.css';

const signs = {
  queued: Clock,
  sending: LoaderCircle,
  sent: Check,
  delivered: CheckCheck,
  read: Eye,
  failed: TriangleAlert,
  unconfirmed: CircleHelp,
} satisfies Partial<Record<MessageState, typeof Check>>;

/** How far an outgoing message has come: a sign and a word. */
export function DeliveryLine({ message }: { readonly message: Message }) {
  if (message.state === 'received') return null;
  const Sign = signs[message.state];
  return (
    <span className={`${css.state} ${css[message.state]}`} data-testid={`delivery-${message.id}`}>
      <Sign size={13} aria-hidden="true" />
      {text.thread.state[message.state]}
    </span>
  );
}

/** Why a reply that the relay has already does not go out yet: what Meta said to the last attempt. */
export function WhyItWaits({ message }: { readonly message: Message }) {
  if (message.state !== 'queued' || message.failure === null) return null;
  return (
    <p className={css.waits} data-testid={`waits-${message.id}`}>
      {message.failure.detail}
    </p>
  );
}

/** Why it did not go out, or that nobody knows, and what a person can do. */
export function DeliveryTrouble({ message }: { readonly message: Message }) {
  const { thread, compose, view } = useDesk();
  const [isCopied, setCopied] = useState(false);
  const isUnsure = message.state === 'unconfirmed';
  const confirm = (arrived: boolean) =>
    thread
      .getState()
      .confirm(message.id, arrived)
      .then((refusal) => view.getState().say(refusal === null ? null : { text: refusal.detail }))
      .catch(() => view.getState().say({ text: text.notice.notReached }));
  const copy = () =>
    navigator.clipboard.writeText(message.text ?? '').then(
      () => setCopied(true),
      () => view.getState().say({ text: text.notice.notReached }),
    );
  return (
    <div className={isUnsure ? css.unsure : css.trouble}>
      <p>
        {message.failure?.detail ?? text.thread.state[isUnsure ? 'unconfirmed' : 'failed']}
        {message.failure === null ? null : <code className={css.code}>{message.failure.code}</code>}
      </p>
      {isUnsure ? <p className={css.hint}>{text.thread.unconfirmedHint}</p> : null}
      <div className={css.actions}>
        {isUnsure ? (
          <>
            <Button onClick={() => void confirm(true)}>{text.thread.arrived}</Button>
            <Button onClick={() => void confirm(false)}>{text.thread.notArrived}</Button>
          </>
        ) : (
          <Button title={text.thread.retryHint} onClick={() => compose.getState().giveBack(message.text ?? '')}>
            {text.thread.retry}
          </Button>
        )}
        <Button look="quiet" onClick={() => void copy()}>
          {isCopied ? text.thread.copied : text.thread.copy}
        </Button>
      </div>
    </div>
  );
}
