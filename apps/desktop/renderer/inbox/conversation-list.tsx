import { lanes } from '@transom/shared';
import { useMemo } from 'react';
import { useHandoffsList, useInbox, useSession, useView } from '../desk-context.tsx';
import { handoffItems, inboxItems } from '../display/list-items.ts';
import type { InboxListState } from '../stores/inbox-list-state.ts';
import { text } from '../text/spoken.ts';
import css from './conversation-list.module.css';
import { Items } from './items.tsx';
import { ListHeader } from './list-header.tsx';
import { ListSkeleton } from './list-skeleton.tsx';

export function ConversationList() {
  const place = useView((state) => state.place);
  return (
    <>
      {/* The page keeps its title while narrow screens hide the list behind an open thread. */}
      <header className="heard">
        <h1>{text[place].title}</h1>
      </header>
      {place === 'inbox' ? <InboxPane /> : <HandoffsPane />}
    </>
  );
}

function InboxPane() {
  const isLoading = useInbox((state) => state.phase === 'loading');
  const table = useInbox((state) => state.lanes);
  const counts = useInbox((state) => state.counts);
  const total = useInbox(totalCount);
  const items = useMemo(() => inboxItems(table, counts), [table, counts]);
  return (
    <section className={css.pane} aria-label={text.inbox.label}>
      <ListHeader title={text.inbox.title} total={total === null ? '' : text.inbox.total(total)} />
      {isLoading ? (
        <ListSkeleton label={text.inbox.loading} />
      ) : total === 0 ? (
        <EmptyInbox />
      ) : (
        <Items items={items} label={text.inbox.label} isHandoffs={false} />
      )}
    </section>
  );
}

function HandoffsPane() {
  const { phase, ids, hasMore } = useHandoffsList((state) => state);
  const count = useInbox((state) => state.handoffs);
  const items = useMemo(() => handoffItems(ids, hasMore), [ids, hasMore]);
  return (
    <section className={css.pane} aria-label={text.handoffs.label}>
      <ListHeader title={text.handoffs.title} total={text.handoffs.count(count)} />
      {phase === 'loading' ? (
        <ListSkeleton label={text.handoffs.loading} />
      ) : ids.length === 0 ? (
        <p className={css.nothing}>{text.handoffs.empty}</p>
      ) : (
        <Items items={items} label={text.handoffs.label} isHandoffs />
      )}
    </section>
  );
}

/** The lanes add up to the total, so that nothing can hide. */
function totalCount({ counts }: InboxListState): number | null {
  return counts === null ? null : lanes.reduce((sum, lane) => sum + counts[lane], 0);
}

function EmptyInbox() {
  const hasAccounts = useSession((state) => (state.session?.accounts.length ?? 0) > 0);
  return (
    <p className={css.nothing} data-testid="inbox-empty">
      {hasAccounts ? text.inbox.empty : text.inbox.emptyNoAccount}
    </p>
  );
}
