import type { Message } from '@transom/shared';
import { useWhyNot } from '../composer/use-why-not.ts';
import { useDesk, useThread } from '../desk-context.tsx';
import { Button } from '../parts/button.tsx';
import { sentence } from '../text/sentence.ts';
import { text } from '../text/spoken.ts';
import { CopyText } from './copy-text.tsx';
import css from './under-bubble.module.css';
import { useOneAtATime } from './use-one-at-a-time.ts';
import { useSay } from './use-say.ts';
import { useThreadFacts } from './writer.ts';

/** Why it was not sent, or that nobody knows whether it was, and what a person can do. */
export function SendTrouble({ message }: { readonly message: Message }) {
  const { client } = useDesk();
  const { channel } = useThreadFacts();
  const { say, notReached } = useSay();
  const { isUnderWay, once } = useOneAtATime();
  const isUnsure = message.state === 'unconfirmed';
  const confirm = (arrived: boolean) => () =>
    client
      .call('message.confirm', { messageId: message.id, arrived })
      .then((outcome) => void (outcome.ok || say(() => sentence(outcome.refusal))), notReached);
  return (
    <div className={`${css.card} ${isUnsure ? '' : css.urgent}`}>
      <p>
        {message.failure === null ? text.thread.state[isUnsure ? 'unconfirmed' : 'failed'] : sentence(message.failure)}
        {message.failure === null ? null : <code className={css.code}>{message.failure.code}</code>}
      </p>
      {isUnsure ? <p className={css.hint}>{text.thread.unconfirmedHint(text.channel(channel))}</p> : null}
      <div className={css.actions}>
        {isUnsure ? (
          <>
            <Button disabled={isUnderWay} onClick={() => once(confirm(true))}>
              {text.thread.arrived}
            </Button>
            <Button disabled={isUnderWay} onClick={() => once(confirm(false))}>
              {text.thread.notArrived}
            </Button>
          </>
        ) : (
          <EditAgain message={message} />
        )}
        <CopyText words={message.text ?? ''} />
      </div>
    </div>
  );
}

const wentOut = ({ direction, state }: Message): boolean =>
  direction === 'outbound' && (state === 'sent' || state === 'delivered' || state === 'read');

/** Puts the text into the field, unless the field takes none: then it says why. */
function EditAgain({ message }: { readonly message: Message }) {
  const { compose, view, focus } = useDesk();
  const tab = message.kind === 'private_reply' ? 'private_reply' : 'reply';
  const whyNot = useWhyNot(tab, 'typing');
  // A message sent since may have said the same.
  const isMadeUpFor = useThread(({ messages }) => (messages.findLast(wentOut)?.sentAt ?? 0) > message.sentAt);
  if (isMadeUpFor) return null;
  const edit = async () => {
    await compose.getState().giveBack(message.conversationId, tab, message.text ?? '');
    if (view.getState().openId === message.conversationId) focus.focus('composer');
  };
  return (
    <Button disabled={whyNot !== null} title={whyNot ?? text.thread.editAgainHint} onClick={() => void edit()}>
      {text.thread.editAgain}
    </Button>
  );
}
