import { claimHolder } from '@transom/shared';
import { useShallow } from 'zustand/react/shallow';
import type { Row } from '../../contract/views.ts';
import { useClock, useSession } from '../desk-context.tsx';
import { initials } from '../display/contact-name.ts';
import { text } from '../text/spoken.ts';
import css from './inbox-row.module.css';

/** Who is answering this now, as initials; disappears when the claim runs out. */
export function Holder({ row }: { readonly row: Row }) {
  const holder = useClock(useShallow((state) => claimHolder(row.handoff, state.now ?? 0)));
  const isMine = useSession((state) => holder !== null && state.session?.person?.id === holder.id);
  if (holder === null) return null;
  const words = isMine ? text.inbox.claimedByYou : text.inbox.claimedBy(holder.name);
  return (
    <span className={isMine ? css.mine : css.holder} role="img" aria-label={words} title={words}>
      {isMine ? text.inbox.youShort : initials(holder.name)}
    </span>
  );
}
