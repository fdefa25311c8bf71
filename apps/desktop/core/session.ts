import { isDeepStrictEqual } from 'node:util';
import { minuteMs, type Reason } from '@transom/shared';
import type { Clock, Connection, Session } from '../contract/views.ts';
import type { Store } from './cache/store.ts';
import type { RelayClock } from './clock.ts';
import type { Identity } from './identities/identities.ts';
import type { Platform, SecretStore } from './ports.ts';

/** A clock that is this wrong confuses people. It counts as corrected once it is less than half as far off. */
const worthAWordMs = 2 * minuteMs;

/** Who is signed in where, and the state of the desk: the facts behind the lamp. `onChange` is called after each change. */
export function createSession(options: {
  readonly platform: Platform;
  readonly secrets: SecretStore;
  readonly store: Store;
  /** Who was signed in when the desk began. */
  readonly identity: Identity | null;
  readonly clock: RelayClock;
  /** The relay's time, or the last one that was known; 0 if none ever was. */
  readonly lastKnownNow: () => number;
  readonly onChange: () => void;
  /** This computer's clock turned out to be wrong. Called once, until it is right again. */
  readonly onWrongClock: (offByMs: number) => void;
  readonly computerNow?: () => number;
}) {
  const { store, secrets, clock } = options;
  const computerNow = options.computerNow ?? Date.now;
  let { identity } = options;
  /** Null until the keychain has said whether it has the token. */
  let signedIn: boolean | null = null;
  let relay: Connection['relay'] = identity === null ? 'unpaired' : 'connecting';
  let reason: Reason | null = null;
  let since = performance.now();
  let trouble: Reason | null = null;
  /** The last verdict on this computer's clock; null while it is right. */
  let wrongByMs: number | null = null;
  let toldWaiting = 0;

  function computerOffByMs(): number | null {
    const truth = clock.serverNow();
    if (truth === null) return null;
    // While the relay's time is only estimated it runs fast, and proves nothing against this computer.
    if (!clock.isConfirmed()) return wrongByMs;
    const offByMs = computerNow() - truth;
    const isWrong = Math.abs(offByMs) > (wrongByMs === null ? worthAWordMs : worthAWordMs / 2);
    if (isWrong && wrongByMs === null) options.onWrongClock(offByMs);
    wrongByMs = isWrong ? offByMs : null;
    return wrongByMs;
  }

  const readClock = (): Clock => ({
    serverNow: clock.serverNow(),
    atLeast: options.lastKnownNow() || null,
    isConfirmed: clock.isConfirmed(),
    computerOffByMs: computerOffByMs(),
  });

  return {
    identity: () => identity,
    isLive: () => relay === 'live',
    readClock,
    /** To be called after something that may have changed how many replies wait at the relay. */
    tellWaiting(): void {
      const waiting = store.messages.countWaiting();
      if (waiting === toldWaiting) return;
      toldWaiting = waiting;
      options.onChange();
    },
    /** Sets what is already on disk. */
    setIdentity(next: Identity | null): void {
      identity = next;
      options.onChange();
    },
    setSignedIn(next: boolean | null): void {
      signedIn = next;
      options.onChange();
    },
    setRelay(next: Connection['relay'], why: Reason | null): void {
      if (next !== relay) since = performance.now();
      if (next === relay && isDeepStrictEqual(why, reason)) return;
      relay = next;
      reason = why;
      options.onChange();
    },
    setTrouble(next: Reason | null): void {
      if (next?.code === trouble?.code) return;
      trouble = next;
      options.onChange();
    },
    /** Without its files the desk can still say what is wrong with them. */
    read: (): Session => {
      const isReadable = store.isOpen();
      return {
        platform: options.platform,
        paired: identity !== null && signedIn !== false,
        relayUrl: identity?.relayUrl ?? null,
        agency: identity?.agency ?? null,
        person: identity?.person ?? null,
        accounts: isReadable ? store.accounts.list() : [],
        // By the relay's time where it is known: this computer's clock may be wrong.
        connection: {
          relay,
          reason,
          since: Math.round((clock.serverNow() ?? computerNow()) - (performance.now() - since)),
          outboxCount: isReadable ? store.outbox.count() : 0,
          waitingAtRelay: isReadable ? store.messages.countWaiting() : 0,
        },
        clock: readClock(),
        secrets: { place: secrets.place, reason: secrets.reason },
        trouble,
      };
    },
  };
}

/** The session of a desk whose files cannot be used: it can say so, and nothing else. */
export function troubledSession(platform: Platform, secrets: SecretStore, trouble: Reason): Session {
  return {
    platform,
    paired: false,
    relayUrl: null,
    agency: null,
    person: null,
    accounts: [],
    connection: { relay: 'offline', reason: trouble, since: Date.now(), outboxCount: 0, waitingAtRelay: 0 },
    clock: { serverNow: null, atLeast: null, isConfirmed: false, computerOffByMs: null },
    secrets: { place: secrets.place, reason: secrets.reason },
    trouble,
  };
}
