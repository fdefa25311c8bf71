import { useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import type { Row } from '../../contract/views.ts';
import { groupBubbles } from '../desk/bubble-groups.ts';
import { dayTitle } from '../desk/when.ts';
import { useClock, useDesk, useThread } from '../desk-context.tsx';
import { Button } from '../parts/button.tsx';
import { text } from '../text/en.ts';
import { BubbleGroupView } from './bubble-group.tsx';
import { OutboxBubble } from './outbox-bubble.tsx';
import css from './thread-log.module.css';

/** Reading at the end stays at the end; older messages are asked for before the top is reached. */
const nearEndPx = 80;
const nearTopPx = 300;

export function ThreadLog({ row }: { readonly row: Row }) {
  const { thread } = useDesk();
  const messages = useThread((state) => state.messages);
  const outbox = useThread((state) => state.outbox);
  const today = useClock((state) => (state.now === null ? null : Math.floor(state.now / 60_000) * 60_000));
  const days = useMemo(() => groupBubbles(messages), [messages]);
  const waiting = useMemo(() => {
    const stored = new Set(messages.map(({ clientMessageId }) => clientMessageId));
    return outbox.filter(({ clientMessageId }) => !stored.has(clientMessageId));
  }, [messages, outbox]);
  const scroller = useSteadyScroll(messages[0]?.id ?? null, (messages.at(-1)?.id ?? '') + waiting.length);

  return (
    <div
      ref={scroller}
      className={css.scroller}
      data-testid="thread-scroller"
      // A scrolling region must be reachable by keyboard.
      tabIndex={0}
      onScroll={(event) => {
        if (event.currentTarget.scrollTop < nearTopPx) void thread.getState().readOlder();
      }}
    >
      <Beginning />
      <div role="log" aria-live="polite" aria-label={text.inbox.label} className={css.log}>
        {days.map((day) => (
          <section key={day.key} className={css.day}>
            <h3 className={css.date}>
              <span>{dayTitle(day.at, today)}</span>
            </h3>
            {day.groups.map((group) => (
              <BubbleGroupView key={group.key} group={group} row={row} />
            ))}
          </section>
        ))}
        {waiting.map((item) => (
          <OutboxBubble key={item.clientMessageId} item={item} />
        ))}
      </div>
    </div>
  );
}

function Beginning() {
  const { thread } = useDesk();
  const hasMore = useThread((state) => state.hasMore);
  const isReading = useThread((state) => state.isReadingOlder);
  const isUnreachable = useThread((state) => state.olderUnreachable);
  const isEmpty = useThread((state) => state.messages.length === 0);
  if (isUnreachable) {
    return (
      <p className={css.edge}>
        {text.thread.olderUnreachable}{' '}
        <Button onClick={() => void thread.getState().readOlder()}>{text.thread.again}</Button>
      </p>
    );
  }
  if (isReading) return <p className={css.edge}>{text.thread.readingOlder}</p>;
  if (hasMore) {
    return (
      <p className={css.edge}>
        <Button look="quiet" onClick={() => void thread.getState().readOlder()}>
          {text.thread.older}
        </Button>
      </p>
    );
  }
  return <p className={css.edge}>{isEmpty ? text.thread.noMessages : text.thread.start}</p>;
}

/** Keeps the eye where it was: at the end when it was at the end, on the same message when older ones are put above. */
function useSteadyScroll(firstId: string | null, lastKey: string) {
  const { thread } = useDesk();
  const scroller = useRef<HTMLDivElement>(null);
  const seen = useRef({ firstId: '', height: 0, isAtEnd: true });
  const focusId = useThread((state) => state.focusId);

  useLayoutEffect(() => {
    const box = scroller.current;
    if (box === null) return;
    const { isAtEnd, height, firstId: firstBefore } = seen.current;
    if (isAtEnd) box.scrollTop = box.scrollHeight;
    else if (firstBefore !== firstId) box.scrollTop += box.scrollHeight - height;
    seen.current = { firstId: firstId ?? '', height: box.scrollHeight, isAtEnd };
  }, [firstId, lastKey]);

  useEffect(() => {
    const box = scroller.current;
    if (box === null) return;
    const note = () => {
      seen.current = {
        ...seen.current,
        height: box.scrollHeight,
        isAtEnd: box.scrollHeight - box.scrollTop - box.clientHeight < nearEndPx,
      };
    };
    const stay = new ResizeObserver(() => {
      if (seen.current.isAtEnd) box.scrollTop = box.scrollHeight;
    });
    box.addEventListener('scroll', note, { passive: true });
    stay.observe(box);
    // A message grows where it stands when it fails: the reason below it must not end up out of sight.
    if (box.lastElementChild !== null) stay.observe(box.lastElementChild);
    // A page that does not fill the pane can never be scrolled to its top.
    if (box.scrollHeight <= box.clientHeight) void thread.getState().readOlder();
    return () => {
      box.removeEventListener('scroll', note);
      stay.disconnect();
    };
  }, [thread]);

  useEffect(() => {
    if (focusId === null) return;
    seen.current.isAtEnd = false;
    document.getElementById(`message-${focusId}`)?.scrollIntoView({ block: 'center' });
  }, [focusId]);

  return scroller;
}
