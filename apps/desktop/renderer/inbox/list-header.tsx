import { useDesk, useInbox, useView } from '../desk-context.tsx';
import { text } from '../text/spoken.ts';
import css from './conversation-list.module.css';

export function ListHeader({ title, total }: { readonly title: string; readonly total: string }) {
  return (
    <header className={css.header}>
      <p className={css.title} aria-hidden="true">
        {title}
      </p>
      <WaitingPill />
      <span className={css.total} data-testid="list-total">
        {total}
      </span>
    </header>
  );
}

/** What arrived, and what would move, while the order is held. */
function WaitingPill() {
  const { inbox } = useDesk();
  const isInbox = useView((state) => state.place === 'inbox');
  const total = useInbox((state) => state.waiting.size);
  const fresh = useInbox(({ waiting }) => [...waiting.values()].filter((kind) => kind === 'new').length);
  if (total === 0 || !isInbox) return null;
  return (
    <button
      type="button"
      className={css.pill}
      data-testid="waiting-pill"
      aria-label={text.inbox.waitingLabel(fresh, total - fresh)}
      onClick={() => inbox.getState().settle()}
    >
      {text.inbox.waiting(fresh, total - fresh)}
    </button>
  );
}
