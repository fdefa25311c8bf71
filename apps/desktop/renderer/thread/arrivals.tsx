import type { Message } from '@transom/shared';
import { useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import { useDesk } from '../desk-context.tsx';
import { text } from '../text/spoken.ts';
import { oneLine, useThreadFacts, writerName } from './writer.ts';

/** How many of the latest are kept; a screen reader speaks what is added. */
const maxKept = 3;

/** Read aloud, not seen: who wrote and what, for messages that arrive while the thread is open. */
export function Arrivals() {
  const { thread, session } = useDesk();
  const facts = useThreadFacts();
  const [said, setSaid] = useState<readonly Message[]>([]);
  useEffect(
    () =>
      thread.subscribe((state, before) => {
        if (state.messages === before.messages || state.conversationId !== before.conversationId) return;
        if (before.phase !== 'ready') return;
        const own = session.getState().session?.person?.id;
        const news = arrivedAfter(before.messages, state.messages).filter(
          ({ author }) => author?.id !== own || !author,
        );
        if (news.length > 0) setSaid((held) => [...held, ...news].slice(-maxKept));
      }),
    [thread, session],
  );
  // Beside the thread, not in it, so that somebody who reads through the thread meets each message once.
  return createPortal(
    <div className="heard" aria-live="polite" data-testid="arrivals">
      {said.map((message) => (
        <p key={message.id}>{text.thread.said(writerName(message, facts), oneLine(message, facts))}</p>
      ))}
    </div>,
    document.body,
  );
}

/** What was added below the newest one; searched from the end, because it is little. */
function arrivedAfter(before: readonly Message[], now: readonly Message[]): Message[] {
  const newest = before.at(-1);
  if (newest === undefined) return [...now];
  const at = now.findLastIndex(({ id }) => id === newest.id);
  return at < 0 ? [] : now.slice(at + 1);
}
