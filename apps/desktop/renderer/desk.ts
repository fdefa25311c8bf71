import type { StoreApi } from 'zustand/vanilla';
import type { CoreClient } from './core-client.ts';
import type { FocusTargets } from './focus/focus-targets.ts';
import type { Shown } from './presence.ts';
import type { ClockState } from './stores/clock.ts';
import type { ComposeState } from './stores/compose-state.ts';
import type { HandoffAction, HandoffsState } from './stores/handoffs.ts';
import type { HandoffsListState } from './stores/handoffs-list.ts';
import type { InboxListState } from './stores/inbox-list-state.ts';
import type { OutboxState } from './stores/outbox.ts';
import type { SearchState } from './stores/search.ts';
import type { SessionState } from './stores/session.ts';
import type { FocusPoint, ThreadState } from './stores/thread-state.ts';
import type { ViewState } from './stores/view.ts';

/** What this window holds: one store per concern, none of which knows another. */
export type DeskStores = {
  readonly clock: StoreApi<ClockState>;
  readonly session: StoreApi<SessionState>;
  readonly inbox: StoreApi<InboxListState>;
  readonly thread: StoreApi<ThreadState>;
  readonly compose: StoreApi<ComposeState>;
  readonly search: StoreApi<SearchState>;
  readonly handoffs: StoreApi<HandoffsState>;
  readonly handoffsList: StoreApi<HandoffsListState>;
  readonly outbox: StoreApi<OutboxState>;
  readonly view: StoreApi<ViewState>;
};

/** How a conversation is opened and left. */
export type Opening = {
  readonly shown: Shown;
  /** With `at`, the message to show and mark. */
  open(conversationId: string, at?: FocusPoint | null): Promise<void>;
  /** Passes a conversation on the way to another one: its row is marked immediately, its thread is read if the person stays. */
  pass(conversationId: string): void;
  close(): void;
  /** Tells the core that the open conversation was read, if somebody is here. */
  readIfHere(): void;
};

/** What the host does outside of this window. */
export type HostActions = {
  openExternal(url: string): Promise<void>;
  testNotification(): Promise<void>;
};

/** The desk of one window, as components, commands and keys see it. It is made in `start/`. */
export type Desk = DeskStores &
  Opening &
  HostActions & {
    readonly client: CoreClient;
    readonly focus: FocusTargets;
    act(action: HandoffAction, conversationId: string): Promise<void>;
  };
