import type { Connection, Session } from '../contract/views.ts';
import type { Trouble } from './cache/open.ts';
import type { Identity } from './cache/queries/local.ts';
import type { Store } from './cache/store.ts';
import type { RelayClock } from './clock.ts';
import type { Platform, SecretStore } from './ports.ts';

/** Who is signed in where, and how things stand: the facts behind the lamp. `onChange` is called after each change. */
export function createSession(options: {
  readonly platform: Platform;
  readonly secrets: SecretStore;
  readonly store: Store;
  readonly clock: RelayClock;
  readonly outboxCount: () => number;
  readonly onChange: () => void;
}) {
  const { store, secrets } = options;
  let identity: Identity | null = store.local.identity();
  let signedIn = false;
  let relay: Connection['relay'] = 'unpaired';
  let detail: string | null = null;
  let since = Date.now();
  let trouble: Trouble | null = null;

  return {
    identity: () => identity,
    setIdentity(next: Identity | null): void {
      if (next === null) store.local.dropIdentity();
      else store.local.putIdentity(next);
      identity = next;
      options.onChange();
    },
    setSignedIn(next: boolean): void {
      signedIn = next;
    },
    setRelay(next: Connection['relay'], why: string | null): void {
      if (next !== relay) since = Date.now();
      if (next === relay && why === detail) return;
      relay = next;
      detail = why;
      options.onChange();
    },
    setTrouble(next: Trouble | null): void {
      if (next?.code === trouble?.code) return;
      trouble = next;
      options.onChange();
    },
    read: (): Session => ({
      platform: options.platform,
      paired: identity !== null && signedIn,
      relayUrl: identity?.relayUrl ?? null,
      agency: identity?.agency ?? null,
      person: identity?.person ?? null,
      accounts: store.accounts.list(),
      connection: { relay, detail, since, outboxCount: options.outboxCount() },
      clock: { serverNow: options.clock.serverNow() },
      secrets: { place: secrets.place, reason: secrets.reason },
      trouble,
    }),
  };
}

/** The session of a desk whose files cannot be used: it can say so, and nothing else. */
export function troubledSession(platform: Platform, secrets: SecretStore, trouble: Trouble): Session {
  return {
    platform,
    paired: false,
    relayUrl: null,
    agency: null,
    person: null,
    accounts: [],
    connection: { relay: 'offline', detail: trouble.detail, since: Date.now(), outboxCount: 0 },
    clock: { serverNow: null },
    secrets: { place: secrets.place, reason: secrets.reason },
    trouble,
  };
}
