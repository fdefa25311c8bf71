import { rulesFor } from '@transom/shared';
import { useShallow } from 'zustand/react/shallow';
import type { Row } from '../../contract/views.ts';
import { useClock, useSession, useWatched } from '../desk-context.tsx';
import { rowTimes } from '../display/due-reason.ts';
import { Countdown, TimeInCorner, useIsConfirmed } from '../parts/countdown.tsx';
import { TopicChips } from '../parts/topic-chip.tsx';
import css from './inbox-row.module.css';

function useRowTimes(row: Row) {
  const isConfirmed = useIsConfirmed();
  const account = useSession((state) => state.accountOf(row.accountId));
  const times = useClock(
    useShallow((state) => {
      const { corner, below, at } = rowTimes(row, state.now, rulesFor(row, account), isConfirmed);
      return { short: corner?.short ?? null, long: corner?.long ?? '', urgency: corner?.urgency ?? 'calm', below, at };
    }),
  );
  useWatched(times.at);
  return times;
}

/** The time by which the lane is ordered. */
export function Corner({ row }: { readonly row: Row }) {
  const { short, long, urgency } = useRowTimes(row);
  if (short === null) return <Countdown row={row} />;
  return <TimeInCorner row={row} short={short} long={long} urgency={urgency} />;
}

/** What they ask about, and the other time of the row. */
export function AboutLine({ row }: { readonly row: Row }) {
  const { below } = useRowTimes(row);
  return (
    <>
      <TopicChips topics={row.lead?.topics ?? []} limit={2} />
      <span className={css.due}>{below}</span>
    </>
  );
}
