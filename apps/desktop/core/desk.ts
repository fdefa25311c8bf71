import { type Command, type Cursor, type Hello, minuteMs, newId, type Refusal, refuse } from '@transom/shared';
import type { EventName, EventPayload } from '../contract/contract.ts';
import { createAlerts } from './alerts.ts';
import { codeOf, isDamage, troubleOf } from './cache/damage.ts';
import type { Db } from './cache/open.ts';
import type { Identity } from './cache/queries/local.ts';
import { startCacheAnew } from './cache/refill.ts';
import { removeAside } from './cache/set-aside.ts';
import { createStore } from './cache/store.ts';
import { createRelayClock } from './clock.ts';
import { createDrafts } from './drafts.ts';
import { createEyes } from './eyes.ts';
import { markSeen } from './mark-seen.ts';
import { createOutbox } from './outbox/outbox.ts';
import { paced } from './paced.ts';
import type { HostPorts, Log, Platform, SecretStore } from './ports.ts';
import { createRetries } from './retries.ts';
import { createSession } from './session.ts';
import { signIn } from './sign-in.ts';
import { announce } from './sync/announce.ts';
import { type Applied, applyPage, type ReadPage } from './sync/apply-page.ts';
import { forgetErasedPeople, takenBack, tookWordsAway } from './sync/erased-people.ts';
import type { LineLimits } from './sync/line-watch.ts';
import { mergedConversations } from './sync/merged-conversations.ts';
import { barredByOlderRelay } from './sync/older-relay.ts';
import { pairDevice } from './sync/pair.ts';
import { proposedTokens } from './sync/proposed-tokens.ts';
import { connectToRelay, type LinkState, type RelayConnection } from './sync/relay-connection.ts';
import { createUpkeep } from './upkeep.ts';
import { createWithdrawals } from './withdrawals.ts';

/** The desk at work: files, connection, outbox and alerts, and how they hear of each other. */
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
/** A keychain that has not answered for this long is asked once more when the person comes back. */
const keychainPatienceMs = 2 * minuteMs;
/** If the cache is damaged more often than this within ten minutes, the disk is at fault. */
const mostRefills = 3;
const refillsWithinMs = 10 * minuteMs;
const openAgainMs = 2_000;
const rowsQuicklyErased = 20_000;

export function startDesk(options: DeskOptions, db: Db, emit: Emit) {
  const { dataDir, secrets, host, log } = options;
  const store = createStore(db);
  const clock = createRelayClock();
  const token = signIn(secrets, store);
  const proposed = proposedTokens();
  let link: RelayConnection | null = null;
  let linkState: LinkState | null = null;
  let isClosed = false;
  /** The relay's last time, from a hello or a page. */
  let toldNow: number | null = null;
  const now = (): number => clock.serverNow() ?? toldNow ?? store.feed.lastServerNow();

  const retries = createRetries({ failed, recovered: () => session.setTrouble(null) });
  const tellOutbox = paced(() => attempt(() => emit('outbox', { items: outbox.list() })));
  const session = createSession({
    platform: options.platform,
    secrets,
    store,
    clock,
    onChange: tellSession,
    onWrongClock: (offByMs) => log('warn', 'the clock of this computer is wrong', { offByMs }),
  });
  const outbox = createOutbox({
    store,
    log,
    failed,
    isReady: () => link?.isReady() ?? false,
    relayVersion: () => link?.version() ?? null,
    send: (envelope) =>
      link === null ? Promise.reject(new Error('no relay')) : link.command(envelope, { isRepeated: true }),
    stopRepeating: (clientMessageId) => link?.stopRepeating(clientMessageId),
    onChange() {
      tellOutbox();
      tellSession();
    },
  });
  const eyes = createEyes();
  const drafts = createDrafts(store, emit);
  const withdrawals = createWithdrawals({
    store,
    drafts,
    failed,
    isReady: () => link?.isReady() ?? false,
    ask: command,
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

  function tellSession(): void {
    try {
      emit('session', session.read());
    } catch (error) {
      // Not through `failed`, which would tell the session again.
      log('error', 'windows could not be told how things stand', { code: codeOf(error) });
      if (isDamage(error)) setImmediate(() => attempt(refill));
    }
  }

  const feed = announce({ store, emit, tellSession });

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

  let refilledAt: number[] = [];
  /** A damaged cache may lie beside this one, with words that nothing else would erase. */
  let mayBeAside = true;
  /** Whatever is wrong with the cache: begin a new one, which the relay fills. False when that has happened too often. */
  function refill(): boolean {
    refilledAt = refilledAt.filter((at) => performance.now() - at < refillsWithinMs);
    if (isClosed || refilledAt.length >= mostRefills) return false;
    refilledAt.push(performance.now());
    mayBeAside = true;
    log('warn', 'a damaged cache was moved aside; it is being rebuilt');
    openAnew('set_aside');
    return true;
  }

  let openingAgain: NodeJS.Timeout | undefined;
  function openAnew(fate: 'set_aside' | 'erase'): void {
    clearTimeout(openingAgain);
    link?.close();
    link = null;
    toldNow = null;
    alerts.forgetGathered();
    const trouble = startCacheAnew(store, dataDir, fate);
    session.setTrouble(trouble);
    if (trouble !== null) {
      log('error', 'the files of this desk cannot be used', { code: trouble.code });
      openingAgain = setTimeout(() => attempt(() => openAnew(fate)), openAgainMs);
      return;
    }
    upkeep.beginAnew();
    emit('reset', {});
    connect().catch(failed);
  }

  let asking: { readonly deviceId: string | null; readonly at: number } | null = null;
  /** One attempt at a time. If this device has become another one meanwhile, the keychain's answer is dropped. */
  async function connect(): Promise<void> {
    const identity = session.identity();
    const deviceId = identity?.deviceId ?? null;
    const isUnderWay = asking?.deviceId === deviceId && performance.now() - asking.at < keychainPatienceMs;
    if (isClosed || link !== null || isUnderWay) return;
    const mine = { deviceId, at: performance.now() };
    asking = mine;
    if (identity !== null && secrets.place === 'asking') session.setRelay('connecting', waitingForKeychain);
    let found: string | null;
    try {
      // Even without an identity: the answer shows whether the keychain works before anybody is asked for a code.
      found = identity === null ? await secrets.get('device-token') : await token.token(identity);
    } catch (error) {
      log('warn', 'the keychain did not hand out the sign-in', {
        error: error instanceof Error ? error.name : 'unknown',
      });
      if (identity !== null && isStill(deviceId)) session.setRelay('offline', keychainRefused);
      return tellSession();
    } finally {
      if (asking === mine) asking = null;
    }
    token.removeUnused().catch(() => log('warn', 'a token that may no longer be used is still in the keychain'));
    if (!isStill(deviceId)) return;
    session.setSignedIn(found !== null);
    if (identity === null) return;
    if (found === null) return session.setRelay('unpaired', tokenMissing());
    link = connectToRelay({
      relayUrl: identity.relayUrl,
      token: found,
      clock,
      log,
      failed,
      limits: options.lineLimits,
      cursor: readCursor,
      onState,
      onHello,
      onApplied,
      applyPage: storePage,
      onTime,
      onWipe: () =>
        forget('This computer was disconnected. Ask whoever runs your relay for a new code to connect again.'),
    });
  }
  const isStill = (deviceId: string | null): boolean =>
    !isClosed && link === null && (session.identity()?.deviceId ?? null) === deviceId;
  const tokenMissing = (): string =>
    secrets.place === 'memory' ? `${secrets.reason ?? ''} ${signInElsewhere}` : signInGone;

  function readCursor(): Cursor | null {
    try {
      return store.feed.cursor();
    } catch (error) {
      setImmediate(() => failed(error));
      return null;
    }
  }

  function onState(state: LinkState, detail: string | null): void {
    linkState = state;
    session.setRelay(state, detail);
    if (state === 'live') {
      attempt(() => alerts.connectionChanged(true, null));
      settleAccepted();
      holdOutOfReach();
    }
    if (state === 'offline') attempt(() => alerts.connectionChanged(false, null));
    if (state === 'refused') attempt(() => alerts.connectionChanged(false, detail));
  }

  function settleAccepted(): void {
    retries.run('settle what was accepted', () => outbox.settleOld());
  }

  function holdOutOfReach(): void {
    retries.run('hold drafts that nobody can see', () => {
      if (drafts.holdOutOfReach(now() || Date.now())) tellOutbox();
    });
  }

  /** Lanes and badge may have been counted by an hour that the relay has put right since. */
  function onTime(): void {
    tellSession();
    attempt(() => alerts.showBadge());
  }

  function onHello({ agency, person, deviceId, serverNow }: Hello): void {
    toldNow = serverNow;
    remember({ agency, person, deviceId });
    attempt(() => outbox.resume());
    attempt(() => withdrawals.askAgain());
  }

  /** Written only when it changed: a restart of the relay must not make every desk wait for its disk. */
  function remember(known: Pick<Identity, 'agency'> | Pick<Identity, 'agency' | 'person' | 'deviceId'>): void {
    const identity = session.identity();
    if (identity === null) return;
    // The keychain knows the token by the id under which this desk was paired.
    const next: Identity = { ...identity, ...known, deviceId: identity.deviceId };
    if (JSON.stringify(next) === JSON.stringify(identity)) return;
    session.setIdentity(next);
    retries.run('remember who this is', () => {
      const present = session.identity();
      if (present !== null) store.local.putIdentity(present);
    });
  }

  function storePage(page: ReadPage, snapshotOpen: boolean): Applied | null {
    const merged = mergedConversations(store, page);
    for (const { from, into } of merged) drafts.move(from, into);
    if (merged.length > 0) tellOutbox();
    const { erased, drafts: emptied } = forgetErasedPeople(store, page);
    for (const each of emptied) emit('draft', each);
    if (erased.length > 0) {
      outbox.forgetPeople(erased);
      alerts.forgetThreads(erased);
    }
    withdrawals.hear(page);
    const taken = takenBack(page);
    outbox.forgetAnswers(taken.messages, taken.conversations);
    if (page.kind === 'snapshot' && page.first && store.size() > rowsQuicklyErased) {
      // Emptying a large cache would rewrite the whole file. The relay sends this page again to the new one.
      openAnew('erase');
      return null;
    }
    const applied = applyPage(store, page, snapshotOpen);
    if (tookWordsAway(page)) upkeep.wordsWereErased();
    session.setTrouble(null);
    return applied;
  }

  function onApplied(page: ReadPage, applied: Applied): void {
    toldNow = page.serverNow;
    if (applied.agency !== null) remember({ agency: applied.agency });
    const known = applied.messages.flatMap(({ clientMessageId }) => clientMessageId ?? []);
    if (known.length > 0)
      retries.run(
        'settle the outbox',
        () => outbox.settle(known),
        () => outbox.settleKnown(),
      );
    attempt(() => outbox.settleGone(takenBack(page).messages));
    attempt(() => (page.kind === 'changes' ? alerts.gather(applied.conversations) : alerts.forgetGathered()));
    attempt(() => alerts.forgetThreads(applied.goneConversations));
    // Told as read: what comes before somebody's eyes is not news first.
    attempt(() => {
      for (const { id } of applied.conversations) if (eyes.areOn(id)) markSeen(store, id);
    });
    attempt(() => feed(page, applied));
    if (applied.goneConversations.length > 0) holdOutOfReach();
    attempt(session.tellWaiting);
    if (!page.caughtUp) return;
    settleAccepted();
    upkeep.soon();
    if (mayBeAside) attempt(() => removeAside(dataDir));
    mayBeAside = false;
    attempt(() => alerts.release());
  }

  /**
   * The token and the cache are deleted; unsent words stay readable. Each step stands alone: what fails is noted in local.db and done
   * at the next start.
   */
  function forget(why: string | null): void {
    const before = session.identity();
    link?.close();
    link = null;
    clock.reset();
    token
      .remove(before)
      .catch(() => log('warn', 'the keychain did not give the token up; it is asked again at the next start'));
    session.setIdentity(null);
    session.setSignedIn(false);
    session.setRelay('unpaired', why);
    retries.run('forget this device', () => token.change(before, null));
    attempt(() => outbox.holdAll());
    attempt(() => openAnew('erase'));
    attempt(() => alerts.clear());
  }

  /** The old pairing stays valid until the keychain has the new token; then a single commit switches over. */
  async function pair(request: { relayUrl: string; code: string; name: string }): Promise<Outcome> {
    const answer = await pairDevice(request, proposed);
    if (!answer.ok) return answer;
    try {
      await token.keep(answer.identity, answer.token);
    } catch (error) {
      log('warn', 'the keychain did not take the sign-in', { error: error instanceof Error ? error.name : 'unknown' });
      return { ok: false, refusal: refuse('not_stored', keychainTookNothing) };
    }
    try {
      token.change(session.identity(), answer.identity);
    } catch (error) {
      failed(error);
      // Tried again with the same code, the device has the same name in the keychain.
      await token.giveUp(answer.identity).catch(() => log('warn', 'a token that nobody uses is still in the keychain'));
      return { ok: false, refusal: refuse('not_stored', filesTookNothing) };
    }
    proposed.forget();
    clock.reset();
    session.setIdentity(answer.identity);
    session.setSignedIn(true);
    attempt(() => outbox.holdAll());
    attempt(() => alerts.clear());
    openAnew('erase');
    return { ok: true };
  }

  /** For commands that are not kept in the outbox: they happen now or not at all. */
  async function command(wanted: Command, id = newId()): Promise<Outcome> {
    const version = link?.version() ?? null;
    if (link?.isReady() !== true || version === null) return { ok: false, refusal: refuse('not_stored', noConnection) };
    const barred = barredByOlderRelay(wanted, version);
    if (barred !== null) return { ok: false, refusal: barred };
    try {
      const answer = await link.command({ id, command: wanted });
      return answer.ok ? { ok: true } : answer;
    } catch {
      return { ok: false, refusal: refuse('not_stored', noAnswer) };
    }
  }

  const timers = [
    setInterval(() => {
      retries.run('look at what is due', () => alerts.tick());
      if (linkState !== 'live') return;
      settleAccepted();
      attempt(() => withdrawals.askAgain());
    }, minuteMs),
    setInterval(() => {
      link?.askTime();
      tellSession();
    }, freshClockMs),
  ];
  for (const timer of timers) timer.unref();

  // A desk of the first version was cut off between forgetting its device and erasing its cache.
  attempt(() => {
    if (session.identity() === null && store.feed.lastServerNow() > 0) openAnew('erase');
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
    /** After an error in a call: whether the cache was replaced, so that the call is worth a second try. */
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
      clearTimeout(openingAgain);
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

const waitingForKeychain =
  'Waiting for the keychain of this computer, which may be asking you to unlock it. Everything here stays readable.';
const keychainRefused =
  'The keychain of this computer refused to release the sign-in. Unlock it. Transom asks again when you come back to this computer, or when you start Transom again.';
const signInGone = 'The sign-in of this computer is missing. Ask for a new code and connect again.';
const signInElsewhere =
  'The earlier sign-in is still in the keychain: unlock it and start Transom again, or ask for a new code.';
const keychainTookNothing =
  'The keychain of this computer could not store the sign-in, so nothing was changed here. Unlock it and try again with the same code. If that is refused, ask for a new one.';
const filesTookNothing =
  'Transom could not write to its files on this computer, so nothing was changed here. Try again with the same code. If that is refused, ask for a new one.';
const noConnection = 'There is no connection to the relay, so nothing was changed. Try again when it is back.';
const noAnswer = 'The relay did not answer. Check whether it happened before you try again.';
