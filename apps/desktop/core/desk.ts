import { because, type Command, type Cursor, type Hello, minuteMs, type Reason, type Refusal } from '@transom/shared';
import type { EventName, EventPayload } from '../contract/contract.ts';
import { createAlerts } from './alerts.ts';
import { askKeychain, tokenMissing } from './ask-keychain.ts';
import { codeOf, isDamage, troubleOf } from './cache/damage.ts';
import type { Db } from './cache/open.ts';
import { createStore } from './cache/store.ts';
import { createRelayClock } from './clock.ts';
import { createDrafts } from './drafts.ts';
import { createEyes } from './eyes.ts';
import type { Identities, Identity } from './identities/identities.ts';
import { createOutbox } from './outbox/outbox.ts';
import { paced } from './paced.ts';
import { pairAgain } from './pair-again.ts';
import type { HostPorts, Log, Platform, SecretStore } from './ports.ts';
import { renewCache } from './renew-cache.ts';
import { createRetries } from './retries.ts';
import { createSession } from './session.ts';
import { settleDevice } from './settle-device.ts';
import { signIn } from './sign-in.ts';
import { announce } from './sync/announce.ts';
import { type Applied, type ReadPage, readAgain } from './sync/apply-page.ts';
import { commandNow } from './sync/command-now.ts';
import type { LineLimits } from './sync/line-watch.ts';
import { proposedTokens } from './sync/proposed-tokens.ts';
import { connectToRelay, type LinkState, type RelayConnection } from './sync/relay-connection.ts';
import { takeInPages } from './sync/take-in-page.ts';
import { createUpkeep } from './upkeep.ts';
import { createWithdrawals } from './withdrawals.ts';

/** The running desk: files, connection, outbox and alerts, and how they are connected. */
export type Desk = ReturnType<typeof startDesk>;
export type DeskOptions = {
  readonly dataDir: string;
  readonly platform: Platform;
  readonly secrets: SecretStore;
  readonly host: HostPorts;
  readonly log: Log;
  /** When the lamp says that the relay is slow. */
  readonly lineLimits?: LineLimits;
};
export type Outcome = { ok: true } | { ok: false; refusal: Refusal };
export type Emit = <E extends EventName>(name: E, payload: EventPayload<E>) => void;

const freshClockMs = 10 * minuteMs;

/** Where a desk works and for whom. */
export type Workplace = {
  readonly db: Db;
  readonly folder: string;
  readonly identities: Identities;
  /** Somebody was paired: their desk replaces this one. */
  readonly startAgain: () => void;
};

export function startDesk(options: DeskOptions, { db, folder, identities, startAgain }: Workplace, emit: Emit) {
  const { secrets, host, log } = options;
  const store = createStore(db);
  const isForAnotherDevice = settleDevice(store, identities.present());
  const readNow = readAgain(store);
  if (readNow !== null) log('info', 'documents of before were read again', { stillKept: readNow.kept.length });
  const clock = createRelayClock();
  const token = signIn(secrets, identities);
  const proposed = proposedTokens();
  let link: RelayConnection | null = null;
  let isClosed = false;
  /** The last known time of the relay. */
  let knownNow: number | null = null;
  /** While the time is not known, the last known one: what was over by then, such as a snooze, stays over after a sleep. */
  function now(): number {
    knownNow = clock.serverNow() ?? knownNow;
    return knownNow ?? store.feed.lastServerNow();
  }

  const isReady = (): boolean => link?.isReady() === true;
  const command = (wanted: Command, id?: string): Promise<Outcome> => commandNow(link, wanted, id);

  const retries = createRetries({ failed, recovered: () => session.setTrouble(null) });
  const tellOutbox = paced(() => attempt(() => emit('outbox', { items: outbox.list() })));
  const session = createSession({
    platform: options.platform,
    secrets,
    store,
    identity: identities.present(),
    clock,
    lastKnownNow: now,
    onChange: tellSession,
    onWrongClock: (offByMs) => log('warn', 'the clock of this computer is wrong', { offByMs }),
  });
  const outbox = createOutbox({
    store,
    log,
    failed,
    isReady,
    now,
    relayVersion: () => link?.version() ?? null,
    send: (envelope) =>
      link === null ? Promise.reject(new Error('no relay')) : link.command(envelope, { isRepeated: true }),
    stopRepeating: (clientMessageId) => link?.stopRepeating(clientMessageId),
    onChange: outboxChanged,
    onDone: (conversationId) => attempt(() => rowMoved(conversationId)),
    onRefused: (conversationId, refusal) => emit('refused', { conversationId, refusal }),
  });
  const eyes = createEyes();
  const drafts = createDrafts({ store, emit, now, outboxChanged });
  const withdrawals = createWithdrawals({
    store,
    drafts,
    failed,
    isReady,
    isCaughtUp: () => session.isLive(),
    ask: command,
    retries,
    outboxChanged,
  });
  const alerts = createAlerts({
    store,
    host,
    now,
    log,
    person: () => session.identity()?.person ?? null,
    isBeforeEyes: eyes.areOn,
  });
  const upkeep = createUpkeep({ store, now, failed });

  function outboxChanged(): void {
    tellOutbox();
    tellSession();
  }

  function rowMoved(conversationId: string): void {
    store.conversations.placeOne(conversationId, now());
    const row = store.conversations.read(conversationId);
    if (row !== null) emit('changes', { rows: { changed: [row], gone: [] }, messages: { changed: [], gone: [] } });
  }

  function tellSession(): void {
    try {
      emit('session', session.read());
    } catch (error) {
      // Not through `failed`, which would tell the session again.
      log('error', 'windows could not be told how things stand', { code: codeOf(error) });
      if (isDamage(error)) setImmediate(() => attempt(refill));
    }
  }

  const keychain = askKeychain({ secrets, token, log });
  const cache = renewCache({
    store,
    folder,
    log,
    attempt,
    setTrouble: session.setTrouble,
    disconnect() {
      link?.close();
      link = null;
      knownNow = null;
      alerts.forgetGathered();
    },
    begin() {
      upkeep.replaceNow();
      emit('reset', {});
      connect().catch(failed);
    },
  });
  const pages = takeInPages({
    store,
    emit,
    outbox,
    drafts,
    withdrawals,
    alerts,
    eyes,
    upkeep,
    retries,
    tellWindows: announce({ store, emit, tellSession }),
    tellWaiting: session.tellWaiting,
    holdOutOfReach,
    settleAccepted,
    settleWithdrawals,
    eraseCache: cache.erase,
    attempt,
  });

  /** One step of several: what it throws is reported and does not stop the others. */
  function attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      failed(error);
    }
  }

  function failed(error: unknown): void {
    if (isClosed) return;
    log('error', 'the desk could not finish what it began', {
      error: error instanceof Error ? error.name : 'unknown',
      code: codeOf(error),
    });
    if (!isDamage(error) || !refill()) session.setTrouble(troubleOf(error));
  }

  function refill(): boolean {
    return !isClosed && cache.refill();
  }

  /** If this device has become another one meanwhile, the keychain's answer is dropped. */
  async function connect(): Promise<void> {
    const identity = session.identity();
    if (isClosed || link !== null) return;
    const answer = await keychain(identity, () => {
      if (identity !== null && secrets.place === 'asking') session.setRelay('connecting', because('keychain_waiting'));
    });
    if (answer.kind === 'asked') return;
    const isStill = !isClosed && link === null && session.identity()?.deviceId === identity?.deviceId;
    if (answer.kind === 'refused') {
      if (identity !== null && isStill) session.setRelay('offline', because('keychain_refused'));
      return tellSession();
    }
    token.removeUnused().catch(() => log('warn', 'a token that may no longer be used is still in the keychain'));
    if (!isStill) return;
    session.setSignedIn(answer.token !== null);
    if (identity === null) return;
    if (answer.token === null) return session.setRelay('unpaired', tokenMissing(secrets));
    link = connectToRelay({
      relayUrl: identity.relayUrl,
      token: answer.token,
      clock,
      log,
      failed,
      limits: options.lineLimits,
      cursor: readCursor,
      onState,
      onHello,
      onApplied,
      applyPage,
      isOutgrown: (version) => store.feed.isOutgrown(version),
      onTime,
      onWipe: () => forget(because('revoked')),
    });
  }

  function readCursor(): Cursor | null {
    try {
      return store.feed.cursor();
    } catch (error) {
      setImmediate(() => failed(error));
      return null;
    }
  }

  function onState(state: LinkState, reason: Reason | null): void {
    session.setRelay(state, reason);
    if (state === 'live') {
      attempt(() => alerts.connectionChanged(true, null));
      settleAccepted();
      holdOutOfReach();
    }
    if (state === 'offline') attempt(() => alerts.connectionChanged(false, null));
    if (state === 'refused') attempt(() => alerts.connectionChanged(false, reason));
  }

  function settleAccepted(): void {
    retries.run('settle what was accepted', () => outbox.settleOld());
  }

  function settleWithdrawals(): void {
    retries.run('settle what is taken back', () => withdrawals.settle());
  }

  function holdOutOfReach(): void {
    retries.run('hold drafts that nobody can see', () => drafts.holdOutOfReach());
  }

  /** Lanes and badge may have been computed with a time that the relay has since corrected. */
  function onTime(): void {
    tellSession();
    attempt(() => alerts.showBadge());
  }

  function onHello({ agency, person, deviceId, serverNow }: Hello): void {
    knownNow = serverNow;
    remember({ agency, person, deviceId });
    attempt(() => outbox.resume());
    attempt(() => withdrawals.askAgain());
  }

  /** Written only when it changed: a restart of the relay must not make every desk wait for its disk. */
  function remember(known: Pick<Identity, 'agency'> | Pick<Identity, 'agency' | 'person' | 'deviceId'>): void {
    const identity = session.identity();
    if (identity === null) return;
    // The keychain knows the token by the id under which this desk was paired.
    const agencyId = known.agency?.id ?? identity.agencyId;
    const next: Identity = { ...identity, ...known, deviceId: identity.deviceId, agencyId };
    if (JSON.stringify(next) === JSON.stringify(identity)) return;
    session.setIdentity(next);
    retries.run('remember who this is', () => {
      const present = session.identity();
      if (present !== null) identities.update(present);
    });
  }

  function applyPage(page: ReadPage, snapshotOpen: boolean, version: number): Applied | null {
    const applied = pages.apply(page, snapshotOpen, version);
    if (applied !== null) session.setTrouble(null);
    return applied;
  }

  function onApplied(page: ReadPage, applied: Applied): void {
    knownNow = page.serverNow;
    if (applied.agency !== null) remember({ agency: applied.agency });
    pages.tell(page, applied);
    if (page.caughtUp) cache.removeDamaged();
  }

  /**
   * Deletes token and cache; only unsent words stay, for the person here to read. What fails is retried, and done at the next start.
   */
  function forget(why: Reason | null): void {
    const before = session.identity();
    token
      .remove(before)
      .catch(() => log('warn', 'the keychain did not give the token up; it is asked again at the next start'));
    retries.run('forget this device', () => token.change(null));
    retries.run('hold what waits for this device', () => settleDevice(store, null));
    link?.close();
    link = null;
    clock.reset();
    session.setIdentity(null);
    session.setSignedIn(false);
    session.setRelay('unpaired', why);
    attempt(() => outbox.holdAll());
    attempt(() => alerts.clear());
    attempt(cache.erase);
  }

  async function pair(request: { relayUrl: string; code: string; name: string }): Promise<Outcome> {
    const answer = await pairAgain({ token, proposed, log, failed }, request);
    if (!answer.ok) return answer;
    attempt(() => alerts.clear());
    if (!isClosed) startAgain();
    return { ok: true };
  }

  const timers = [
    setInterval(() => {
      retries.run('look at what is due', () => alerts.tick());
      if (!session.isLive()) return;
      settleAccepted();
      settleWithdrawals();
      attempt(() => withdrawals.askAgain());
    }, minuteMs),
    setInterval(() => {
      link?.askTime();
      tellSession();
    }, freshClockMs),
  ];
  for (const timer of timers) timer.unref();

  // The cache belongs to another device; or a desk of the first version was cut off between forgetting its device and erasing it.
  attempt(() => {
    const isLeft = session.identity() === null && store.feed.lastServerNow() > 0;
    if (isForAnotherDevice || isLeft) cache.erase();
  });
  retries.run('settle the outbox', () => outbox.settleKnown());
  upkeep.soon();
  // Windows first: setting up a connection takes longer than the first page of the inbox.
  const isSignInKnown = new Promise<void>((resolve) =>
    setImmediate(() => void connect().catch(failed).finally(resolve)),
  );

  return {
    store,
    session,
    outbox,
    drafts,
    withdrawals,
    alerts,
    eyes,
    now,
    isSignInKnown,
    pair,
    forget: () => forget(null),
    command,
    /** After an error in a call: whether the cache was replaced, so that the call is worth a retry. */
    repaired: (error: unknown): boolean => isDamage(error) && refill(),
    askHistory: () => (link?.isReady() === true ? link.history : null),
    wake(hasSlept: boolean) {
      if (hasSlept && link === null) {
        clock.reset();
        tellSession();
      }
      if (link === null) connect().catch(failed);
      else attempt(() => link?.wake(hasSlept));
    },
    close() {
      isClosed = true;
      for (const timer of timers) clearInterval(timer);
      cache.close();
      upkeep.close();
      retries.close();
      tellOutbox.close();
      outbox.close();
      link?.close();
      link = null;
      store.close();
    },
  };
}
