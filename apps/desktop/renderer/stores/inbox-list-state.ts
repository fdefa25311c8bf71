import type { Lane } from '@transom/shared';
import type { Row } from '../../contract/views.ts';
import { type LaneRows, noLanes } from '../display/lane-rows.ts';

/**
 * The inbox as this window holds it: the first rows of each lane, never all. A change moves one row to its place. While `hold` is on (a key
 * or the pointer moves through the list), rows change in place, and moves are counted and wait to be applied together; only what closes
 * soon, and what this person did themselves, does not wait.
 */
export type InboxListState = {
  readonly phase: 'loading' | 'ready';
  readonly rows: ReadonlyMap<string, Row>;
  readonly lanes: Readonly<Record<Lane, LaneRows>>;
  readonly counts: Readonly<Record<Lane, number>> | null;
  /** Handoffs that need a person now. */
  readonly handoffs: number;
  readonly isHeld: boolean;
  /** Rows that arrived or would have moved while the list was held. */
  readonly waiting: ReadonlyMap<string, 'new' | 'moved'>;
  load(): Promise<void>;
  loadMore(lane: Lane): Promise<void>;
  apply(change: RowChange): void;
  hold(isHeld: boolean): void;
  /** Says that the next change of this row is the person's own action and is to be shown immediately. Returns how to cancel that. */
  expect(conversationId: string): () => void;
  /** Where a row belongs among those held here, whether it is one of them or not. */
  placeOf(row: Row): { readonly lane: Lane; readonly index: number };
  /** Applies what waits, held or not. */
  settle(): void;
  toggle(lane: Lane): void;
  /** Moves rows whose lane changed merely because time passed. */
  advance(): void;
  /** Drops rows that were loaded by scrolling, when the list is back at its top. */
  forgetTail(): void;
};
export type RowChange = { readonly changed: readonly Row[]; readonly gone: readonly string[] };

/** Before anything was read. */
export const unreadInbox = {
  phase: 'loading',
  rows: new Map(),
  lanes: noLanes,
  counts: null,
  handoffs: 0,
  isHeld: false,
  waiting: new Map(),
} as const satisfies Partial<InboxListState>;
