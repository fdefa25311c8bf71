import { useEffect, useState } from 'react';
import { useClock, useDesk, useThread } from '../desk-context.tsx';
import { dayTitle } from '../display/when.ts';
import { Button } from '../parts/button.tsx';
import { text } from '../text/spoken.ts';
import css from './thread-edge.module.css';
import log from './thread-log.module.css';
import { edgePx } from './use-thread-scroll.ts';

/** What is above the oldest message held here, and the day of that message. */
export function ThreadEdge({ oldestAt }: { readonly oldestAt: number | null }) {
  const title = useClock(({ now }) => (oldestAt === null ? null : dayTitle(oldestAt, now)));
  return (
    <div className={css.edge} style={{ height: edgePx }} data-testid="thread-edge">
      <Beginning />
      {title === null ? null : (
        <h3 className={log.date}>
          <span>{title}</span>
        </h3>
      )}
    </div>
  );
}

const momentMs = 300;

/** What is over in a moment is not worth showing: it would only flicker. */
function useLasting(isOn: boolean): boolean {
  const [isLasting, setLasting] = useState(false);
  useEffect(() => {
    if (!isOn) return undefined;
    const timer = setTimeout(() => setLasting(true), momentMs);
    return () => {
      clearTimeout(timer);
      setLasting(false);
    };
  }, [isOn]);
  return isOn && isLasting;
}

function Beginning() {
  const { thread } = useDesk();
  const hasMore = useThread((state) => state.hasMore);
  const isReading = useLasting(useThread((state) => state.isReadingOlder));
  const isUnreachable = useThread((state) => state.olderUnreachable);
  const isEmpty = useThread((state) => state.messages.length === 0);
  if (isReading) return <p className={css.words}>{text.thread.readingOlder}</p>;
  if (isUnreachable) {
    return (
      <p className={css.words}>
        {text.thread[hasMore ? 'olderFailed' : 'olderUnreachable']}{' '}
        <Button look="quiet" onClick={() => void thread.getState().readOlder()}>
          {text.thread.again}
        </Button>
      </p>
    );
  }
  if (!hasMore) return <p className={css.words}>{isEmpty ? text.thread.noMessages : text.thread.start}</p>;
  return (
    <p className={css.words}>
      <Button look="quiet" onClick={() => void thread.getState().readOlder()}>
        {text.thread.older}
      </Button>
    </p>
  );
}
