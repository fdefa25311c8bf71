import { useShallow } from 'zustand/react/shallow';
import type { DraftTab, Row } from '../../contract/views.ts';
import { useClock, useSession, useWatched } from '../desk-context.tsx';
import { type ComposerState, composerState } from '../display/composer-state.ts';

/** The composer's state now; recomputed when the clock ticks, redrawn only when it differs. */
export function useComposerState(row: Row | null, mode: DraftTab): ComposerState {
  const session = useSession((state) => state.session);
  const isLinked = useSession((state) => state.isLinked);
  const account = useSession((state) => (row === null ? null : state.accountOf(row.accountId)));
  useWatched(row?.handoff?.claimedUntil ?? null);
  return useClock(
    useShallow(({ now, atLeast }): ComposerState => {
      const person = session?.person ?? null;
      const agency = session?.agency ?? null;
      if (row === null || account === null || session === null || person === null || agency === null)
        return { kind: 'not_known' };
      const { relay } = session.connection;
      return composerState(mode, { row, account, person, plan: agency.plan, isLinked, relay, now, atLeast });
    }),
  );
}
