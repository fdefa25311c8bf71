import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type { Desk } from './desk.ts';
import type { ClockState } from './stores/clock.ts';
import type { ComposeState } from './stores/compose-state.ts';
import type { HandoffsState } from './stores/handoffs.ts';
import type { HandoffsListState } from './stores/handoffs-list.ts';
import type { InboxListState } from './stores/inbox-list-state.ts';
import type { OutboxState } from './stores/outbox.ts';
import type { SearchState } from './stores/search.ts';
import type { SessionState } from './stores/session.ts';
import type { ThreadState } from './stores/thread-state.ts';
import type { ViewState } from './stores/view.ts';
import { speech } from './text/spoken.ts';

/** The thin binding of the stores to React: a component selects what it shows and is redrawn when that changes. */
const DeskContext = createContext<Desk | null>(null);
export const DeskProvider = DeskContext.Provider;

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === null) throw new Error('A component of the desk was drawn outside of DeskProvider.');
  return desk;
}

export const useSession = <T,>(select: (state: SessionState) => T): T => useStore(useDesk().session, select);
export const useInbox = <T,>(select: (state: InboxListState) => T): T => useStore(useDesk().inbox, select);
export const useThread = <T,>(select: (state: ThreadState) => T): T => useStore(useDesk().thread, select);
export const useCompose = <T,>(select: (state: ComposeState) => T): T => useStore(useDesk().compose, select);
export const useSearch = <T,>(select: (state: SearchState) => T): T => useStore(useDesk().search, select);
export const useHandoffs = <T,>(select: (state: HandoffsState) => T): T => useStore(useDesk().handoffs, select);
export const useHandoffsList = <T,>(select: (state: HandoffsListState) => T): T =>
  useStore(useDesk().handoffsList, select);
export const useOutbox = <T,>(select: (state: OutboxState) => T): T => useStore(useDesk().outbox, select);
export const useView = <T,>(select: (state: ViewState) => T): T => useStore(useDesk().view, select);
/** Selectors of the clock return what is shown (a text, a state), so that a tick redraws only what it changed. */
export const useClock = <T,>(select: (state: ClockState) => T): T => useStore(useDesk().clock, select);

/** For components that are drawn independently of their parents, as with `memo`: they show words or times, which follow the system. */
export const useSpeech = () => useStore(speech);

/** Wakes the clock in time for the countdown to `at`; null when there is none. */
export function useWatched(at: number | null): void {
  const { clock } = useDesk();
  const subscribe = useCallback(() => (at === null ? () => undefined : clock.getState().watch(at)), [clock, at]);
  useSyncExternalStore(subscribe, () => at);
}
