import type { Announcement, Reason, Refusal } from '@transom/shared';
import type { Session } from '../contract/views.ts';

/** What the core needs from the host that starts it. Hosts import this file and `create-core.ts` (and `secrets.ts`), nothing else. */
export type Platform = Session['platform'];

/**
 * Where the device token lives. `memory` holds it for this run only, and `reason` says why; `asking` while the keychain has
 * not answered, which may take until a person unlocks it. Calls wait for that; one that rejects may be retried.
 */
export interface SecretStore {
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<void>;
  delete(name: string): Promise<void>;
  readonly place: 'asking' | 'keychain' | 'memory';
  readonly reason: Reason | null;
}

/** A notification with the same `id` replaces the one shown. A click opens `conversationId` through `Core.openConversation`. */
export type Notification = {
  readonly id: string;
  readonly conversationId: string | null;
  /** The host that shows it makes the words, in the system's language at that time. */
  readonly said: Announcement;
  readonly urgent: boolean;
};
export type NotifyResult = { readonly ok: true } | { readonly ok: false; readonly refusal: Refusal };

/** What only an operating system can do. */
export interface HostPorts {
  /** `url` has passed `decideExternal`. False where only the window itself can open it. */
  openExternal(url: string): Promise<boolean>;
  notify(notification: Notification): Promise<NotifyResult>;
  closeNotification(id: string): void;
  /** 0 removes the badge. */
  setBadge(count: number): void;
}

/** Facts are ids, counts and codes: never words of people, never tokens. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  message: string,
  facts?: Readonly<Record<string, string | number | boolean | null>>,
) => void;
