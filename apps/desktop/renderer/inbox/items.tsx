import { useRef } from 'react';
import { useDesk } from '../desk-context.tsx';
import type { ListItem } from '../display/list-items.ts';
import { useFocusPart } from '../focus/use-focus-target.ts';
import { useJoinedRef } from '../focus/use-joined-ref.ts';
import { text } from '../text/spoken.ts';
import css from './conversation-list.module.css';
import { InboxRow } from './inbox-row.tsx';
import { LaneHeader, Line, LoadMore } from './list-lines.tsx';
import { useListHold } from './use-list-hold.ts';
import { useListVirtualizer } from './use-list-virtualizer.ts';

type ItemsProps = { readonly items: readonly ListItem[]; readonly label: string; readonly isHandoffs: boolean };

/** Lanes and conversations as one grid. */
export function Items({ items, label, isHandoffs }: ItemsProps) {
  const { inbox } = useDesk();
  const scroller = useRef<HTMLDivElement>(null);
  const attach = useJoinedRef(scroller, useFocusPart('list'));
  const hold = useListHold();
  const { virtualizer, stop } = useListVirtualizer(items, scroller);
  return (
    <div
      ref={attach}
      className={css.scroller}
      role="grid"
      tabIndex={-1}
      aria-label={label}
      aria-rowcount={items.length}
      data-testid="conversation-list"
      onPointerMove={hold.moved}
      onKeyDown={hold.pressed}
      onScroll={(event) => {
        if (event.currentTarget.scrollTop === 0) inbox.getState().forgetTail();
      }}
    >
      <div role="presentation" className={css.sizer} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start, key }) => {
          const item = items[index];
          if (item === undefined) return null;
          const place = { top: start, position: index + 1 };
          return <Item key={key} item={item} {...place} isStop={index === stop} isHandoff={isHandoffs} />;
        })}
      </div>
    </div>
  );
}

type ItemProps = {
  readonly item: ListItem;
  readonly top: number;
  readonly position: number;
  readonly isStop: boolean;
  readonly isHandoff: boolean;
};

function Item({ item, isStop, isHandoff, ...place }: ItemProps) {
  switch (item.kind) {
    case 'row':
      return <InboxRow id={item.id} {...place} isStop={isStop} isHandoff={isHandoff} />;
    case 'header':
      return <LaneHeader lane={item.lane} {...place} isStop={isStop} />;
    case 'more':
      return <LoadMore lane={item.lane} {...place} />;
    case 'empty':
      return <Line {...place}>{text.inbox.laneEmpty[item.lane]}</Line>;
  }
}
