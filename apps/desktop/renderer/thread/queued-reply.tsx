import { type Message, type Reason, rulesFor } from '@transom/shared';
import { useEffect, useState } from 'react';
import type { Row } from '../../contract/views.ts';
import { useClock, useDesk, useSession, useThread, useWatched } from '../desk-context.tsx';
import { waitingWords } from '../display/waiting-words.ts';
import { Button } from '../parts/button.tsx';
import { sentence } from '../text/sentence.ts';
import { text } from '../text/spoken.ts';
import css from './under-bubble.module.css';
import { useOneAtATime } from './use-one-at-a-time.ts';
import { usePutBack } from './use-put-back.ts';
import { useSay } from './use-say.ts';

/** Even a reply that is sent immediately is queued for a moment; only one that stays queued is worth a word. */
const worthAWordMs = 1_500;

/** Why a reply that the relay has is not sent yet, until when, whether it may still be sent then, and how to take it back. */
export function QueuedReply({ message }: { readonly message: Message }) {
  const isKnownToWait = message.failure !== null || typeof message.waitsUntil === 'number';
  const [isSlow, setSlow] = useState(isKnownToWait);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), worthAWordMs);
    return () => clearTimeout(timer);
  }, []);
  const row = useThread((state) => state.row);
  return row !== null && (isKnownToWait || isSlow) ? <Waiting message={message} row={row} /> : null;
}

function Waiting({ message, row }: { readonly message: Message; readonly row: Row }) {
  const account = rulesFor(
    row,
    useSession((state) => state.accountOf(row.accountId)),
  );
  const isMine = useSession((state) => state.session?.person?.id === message.author?.id);
  const waitsUntil = message.waitsUntil ?? null;
  useWatched(waitsUntil);
  const words = useClock(({ now }) => waitingWords({ message, row, now, account }));
  return (
    <div className={css.card} data-testid={`waits-${message.id}`}>
      <p>{words}</p>
      {isMine && message.origin === 'desk' ? <TakeBack message={message} /> : null}
    </div>
  );
}

function TakeBack({ message }: { readonly message: Message }) {
  const { client, compose, thread, view, focus } = useDesk();
  const { notReached } = useSay();
  const { conversationId } = message;
  const { isUnderWay, once } = useOneAtATime();
  const [refusal, setRefusal] = useState<Reason | null>(null);
  const tab = message.kind === 'private_reply' ? 'private_reply' : 'reply';
  const offerPutBack = usePutBack(conversationId, tab);
  const takeBack = async (keep: boolean) => {
    // The words return to this conversation's field, wherever the person has gone by then.
    if (keep) compose.getState().showTab(conversationId, tab);
    try {
      const outcome = await client.call('reply.withdraw', { messageId: message.id, keep });
      // Its bubble may be gone by then, and with it the place that shows the refusal.
      const isStillThere = thread.getState().messages.some(({ id }) => id === message.id);
      if (!outcome.ok && isStillThere) setRefusal(outcome.refusal);
      else if (!outcome.ok) view.getState().say({ words: () => sentence(outcome.refusal), conversationId });
      else if (!keep) offerPutBack(() => text.thread.waits.cancelled, message.text ?? '');
      else if (view.getState().openId === conversationId) focus.focus('composer');
    } catch {
      notReached();
    }
  };
  return (
    <>
      <div className={css.actions}>
        <Button title={text.thread.waits.editHint} disabled={isUnderWay} onClick={() => once(() => takeBack(true))}>
          {text.thread.edit}
        </Button>
        <Button
          look="quiet"
          title={text.thread.waits.cancelHint}
          disabled={isUnderWay}
          onClick={() => once(() => takeBack(false))}
        >
          {text.thread.waits.cancel}
        </Button>
      </div>
      {refusal === null ? null : (
        <p role="alert" className={css.refusal}>
          {sentence(refusal)}
        </p>
      )}
    </>
  );
}
