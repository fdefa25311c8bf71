import type { Message } from '@transom/shared';
import type { OutboxItem, Row } from '../../contract/views.ts';

/** The open conversation: what is cached of it, what came since, and what waits to be sent. */
export type ThreadState = {
  readonly conversationId: string | null;
  readonly phase: 'loading' | 'ready' | 'failed';
  /** Its `unread` may be stale: only the list shows that. */
  readonly row: Row | null;
  /** Oldest first, without a gap up to the newest. */
  readonly messages: readonly Message[];
  readonly outbox: readonly OutboxItem[];
  /** There is more on this computer or at the relay, as far as is known. */
  readonly hasMore: boolean;
  /** There may be more, but the last attempt to read it failed: with `hasMore` here, else at the relay. */
  readonly olderUnreachable: boolean;
  readonly isReadingOlder: boolean;
  /** The message to show and mark: a search hit, or the message that was quoted. */
  readonly focusId: string | null;
  /** Incremented each time a message is to be shown, even the same one again. */
  readonly focusCount: number;
  /** With `at`, reads back to that message and shows it; false when it is out of reach. */
  open(conversationId: string, at?: FocusPoint | null): Promise<boolean>;
  close(): void;
  reload(): Promise<void>;
  readOlder(): Promise<void>;
  /**
   * Shows the message or comment with this Meta id, after any read of older ones in flight; false when it is out of reach, null when the
   * conversation was left before that was known.
   */
  showQuoted(nativeId: string): Promise<boolean | null>;
  seen(): void;
  applyRows(change: { readonly changed: readonly Row[]; readonly gone: readonly string[] }): void;
  applyMessages(change: { readonly changed: readonly Message[]; readonly gone: readonly string[] }): void;
  applyOutbox(items: readonly OutboxItem[]): void;
};
export type FocusPoint = { readonly messageId: string; readonly sentAt: number };

/** No conversation is open. */
export const closed = {
  conversationId: null,
  phase: 'loading',
  row: null,
  messages: [],
  outbox: [],
  hasMore: false,
  olderUnreachable: false,
  isReadingOlder: false,
  focusId: null,
  focusCount: 0,
} as const;
