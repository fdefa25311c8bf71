import { memo, useEffect, useMemo, useRef, useState } from 'react';
import type { Row } from '../../contract/views.ts';
import { useClock, useSpeech, useThread } from '../desk-context.tsx';
import { createThreadItems, type ThreadItem } from '../display/thread-items.ts';
import { dayTitle } from '../display/when.ts';
import { useFocusTarget } from '../focus/use-focus-target.ts';
import { useJoinedRef } from '../focus/use-joined-ref.ts';
import { text } from '../text/spoken.ts';
import { Arrivals } from './arrivals.tsx';
import { MessageItem } from './message-item.tsx';
import { NewBelow } from './new-below.tsx';
import { NoteItem } from './note-item.tsx';
import { OutboxBubble } from './outbox-bubble.tsx';
import { scrollByKey } from './scroll-by-key.ts';
import { ThreadEdge } from './thread-edge.tsx';
import css from './thread-log.module.css';
import { useThreadScroll } from './use-thread-scroll.ts';
import { ThreadFactsContext, threadFacts } from './writer.ts';

/** The messages of the open conversation. Each new one changes the row, too, but what they need from it hardly ever changes. */
export function ThreadLog({ row }: { readonly row: Row }) {
  const { channel, contact, adTitle, isErased } = threadFacts(row);
  const facts = useMemo(() => ({ channel, contact, adTitle, isErased }), [channel, contact, adTitle, isErased]);
  return (
    <ThreadFactsContext value={facts}>
      <Messages />
    </ThreadFactsContext>
  );
}

/** Draws only those in view. */
const Messages = memo(function Messages() {
  useSpeech();
  const messages = useThread((state) => state.messages);
  const outbox = useThread((state) => state.outbox);
  const [threadItems] = useState(createThreadItems);
  const items = useMemo(() => threadItems(messages, outbox), [threadItems, messages, outbox]);
  const scroller = useRef<HTMLDivElement>(null);
  const attach = useJoinedRef(scroller, useFocusTarget('thread'));
  const { virtualizer, below, toEnd, noticeScroll } = useThreadScroll(items, scroller);
  useEffect(() => {
    const box = scroller.current;
    const onKeyDown = (event: KeyboardEvent) => scrollByKey(event, toEnd);
    box?.addEventListener('keydown', onKeyDown);
    return () => box?.removeEventListener('keydown', onKeyDown);
  }, [toEnd]);
  const press = () => {
    toEnd();
    // The button disappears with its reason.
    scroller.current?.focus({ preventScroll: true });
  };

  return (
    <div className={css.frame}>
      <div
        ref={attach}
        className={css.scroller}
        data-testid="thread-scroller"
        // A scrolling region must be reachable by keyboard.
        tabIndex={0}
        onScroll={noticeScroll}
      >
        <div
          role="log"
          // What scrolling draws is not news; `Arrivals` announces what is.
          aria-live="off"
          aria-label={text.thread.messages}
          className={css.log}
          style={{ height: virtualizer.getTotalSize() }}
        >
          <ThreadEdge oldestAt={messages[0]?.sentAt ?? null} />
          {virtualizer.getVirtualItems().map(({ index, key, start }) => {
            const item = items[index];
            if (item === undefined) return null;
            return (
              <div
                key={key}
                ref={virtualizer.measureElement}
                data-index={index}
                data-item={item.key}
                className={css.item}
                style={{ transform: `translateY(${start}px)` }}
              >
                <Item item={item} />
              </div>
            );
          })}
        </div>
      </div>
      {below === 0 ? null : <NewBelow count={below} onPress={press} />}
      <Arrivals />
    </div>
  );
});

function Item({ item }: { readonly item: ThreadItem }) {
  switch (item.kind) {
    case 'day':
      return <Day at={item.at} />;
    case 'message':
      return <MessageItem message={item.message} isFirst={item.isFirst} isLast={item.isLast} />;
    case 'note':
      return <NoteItem message={item.message} />;
    case 'outbox':
      return <OutboxBubble item={item.item} />;
  }
}

const Day = memo(function Day({ at }: { readonly at: number }) {
  useSpeech();
  const title = useClock(({ now }) => dayTitle(at, now));
  return (
    <h3 className={css.date}>
      <span>{title}</span>
    </h3>
  );
});
