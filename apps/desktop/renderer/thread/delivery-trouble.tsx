import type { Message } from '@transom/shared';
import { useState } from 'react';
import { useDesk } from '../desk-context.tsx';
import { Button } from '../parts/button.tsx';
import { text } from '../text/en.ts';
import css from './delivery-trouble.module.css';
import { useSay } from './use-say.ts';
import { useWhyNot } from './use-why-not.ts';
import { useThreadFacts } from './writer.ts';

/** Why it did not go out, or that nobody knows, and what a person can do. */
export function DeliveryTrouble({ message }: { readonly message: Message }) {
  const { thread } = useDesk();
  const { channel } = useThreadFacts();
  const { say, notReached } = useSay();
  const isUnsure = message.state === 'unconfirmed';
  const confirm = (arrived: boolean) =>
    thread
      .getState()
      .confirm(message.id, arrived)
      .then((refusal) => refusal !== null && say(refusal.detail))
      .catch(notReached);
  return (
    <div className={isUnsure ? css.unsure : css.trouble}>
      <p>
        {message.failure?.detail ?? text.thread.state[isUnsure ? 'unconfirmed' : 'failed']}
        {message.failure === null ? null : <code className={css.code}>{message.failure.code}</code>}
      </p>
      {isUnsure ? <p className={css.hint}>{text.thread.unconfirmedHint(text.channel[channel])}</p> : null}
      <div className={css.actions}>
        {isUnsure ? (
          <>
            <Button onClick={() => void confirm(true)}>{text.thread.arrived}</Button>
            <Button onClick={() => void confirm(false)}>{text.thread.notArrived}</Button>
          </>
        ) : (
          <Retry message={message} />
        )}
        <CopyText words={message.text ?? ''} />
      </div>
    </div>
  );
}

/** Puts the text into the field, unless the field takes none: then it says why. */
function Retry({ message }: { readonly message: Message }) {
  const { compose } = useDesk();
  const tab = message.kind === 'private_reply' ? 'private_reply' : 'reply';
  const whyNot = useWhyNot(tab, 'typing');
  return (
    <Button
      disabled={whyNot !== null}
      title={whyNot ?? text.thread.retryHint}
      onClick={() => void compose.getState().giveBack(message.conversationId, tab, message.text ?? '')}
    >
      {text.thread.retry}
    </Button>
  );
}

function CopyText({ words }: { readonly words: string }) {
  const { notReached } = useSay();
  const [isCopied, setCopied] = useState(false);
  const copy = () => navigator.clipboard.writeText(words).then(() => setCopied(true), notReached);
  return (
    <Button look="quiet" onClick={() => void copy()}>
      {isCopied ? text.thread.copied : text.thread.copy}
    </Button>
  );
}
