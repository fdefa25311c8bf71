import type { Lane } from '@transom/shared';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useEffect } from 'react';
import { useDesk, useHandoffsList, useInbox } from '../desk-context.tsx';
import { text } from '../text/spoken.ts';
import css from './conversation-list.module.css';
import { useListItemTarget } from './use-list-item-target.ts';

/** The lines of the list that are not conversations. */
type PlaceProps = { readonly top: number; readonly position: number };

type LaneHeaderProps = PlaceProps & { readonly lane: Lane; readonly isStop: boolean };

export function LaneHeader({ lane, top, position, isStop }: LaneHeaderProps) {
  const { inbox, view } = useDesk();
  const target = useListItemTarget(`lane ${lane}`, isStop);
  const isFolded = useInbox((state) => state.lanes[lane].isFolded);
  const count = useInbox((state) => state.counts?.[lane] ?? null);
  return (
    <div role="row" aria-rowindex={position} className={css.lane} style={{ transform: `translateY(${top}px)` }}>
      <div role="gridcell">
        <button
          type="button"
          ref={target}
          tabIndex={isStop ? 0 : -1}
          className={css.fold}
          aria-expanded={!isFolded}
          data-testid={`lane-${lane}`}
          onClick={() => inbox.getState().toggle(lane)}
          onFocus={() => view.getState().setFocusedLane(lane)}
          onBlur={() => view.getState().setFocusedLane(null)}
        >
          {isFolded ? <ChevronRight size={14} aria-hidden="true" /> : <ChevronDown size={14} aria-hidden="true" />}
          <span>{text.inbox.lane[lane]}</span>
          {count === null ? null : (
            <span className={css.count}>
              <span aria-hidden="true">{count}</span> <span className="heard">{text.inbox.total(count)}</span>
            </span>
          )}
        </button>
      </div>
    </div>
  );
}

/** The end of what is held: when it comes into view, the next page is requested. */
export function LoadMore({ lane, ...place }: PlaceProps & { readonly lane: Lane | null }) {
  const { inbox, handoffsList } = useDesk();
  const held = useInbox((state) => (lane === null ? 0 : state.lanes[lane].ids.length));
  const found = useHandoffsList((state) => (lane === null ? state.ids.length : 0));
  useEffect(
    () => void (lane === null ? handoffsList.getState().loadMore() : inbox.getState().loadMore(lane)),
    [inbox, handoffsList, lane, held, found],
  );
  return <Line {...place}>{lane === null ? text.handoffs.loading : text.inbox.loading}</Line>;
}

/** A line that is neither a lane nor a conversation; a grid may hold nothing but rows. */
export function Line({ top, position, children }: PlaceProps & { readonly children: string }) {
  return (
    <div role="row" aria-rowindex={position} className={css.empty} style={{ transform: `translateY(${top}px)` }}>
      <span role="gridcell">{children}</span>
    </div>
  );
}
