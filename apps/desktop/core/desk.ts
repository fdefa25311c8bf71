import { type Command, type Hello, minuteMs, newId, type Refusal, refuse } from '@transom/shared';
import type { EventName, EventPayload } from '../contract/contract.ts';
import { createAlerts } from './alerts.ts';
import { type Db, isDamage, removeAside, troubleOf } from './cache/open.ts';
import { createStore } from './cache/store.ts';
import { createRelayClock } from './clock.ts';
import { createOutbox } from './outbox/outbox.ts';
import type { HostPorts, Log, Platform, SecretStore } from './ports.ts';
import { createSession } from './session.ts';
import { announce } from './sync/announce.ts';
import { type Applied, applyPage, type ReadPage } from './sync/apply-page.ts';
import { pairDevice } from './sync/pair.ts';
import { connectToRelay, type LinkState, type RelayConnection } from './sync/relay-connection.ts';

/** The desk at work: files, connection, outbox and alerts, and how they hear of each other. */
export type Desk = Awaited<ReturnType<typeof startDesk>>;
export type DeskOptions = {
  readonly dataDir: string;
  readonly platform: Platform;
  readonly secrets: SecretStore;
  readonly host: HostPorts;
  readonly log: Log;
};
export type Outcome = { ok: true } | { ok: false; refusal: Refusal };
export type Emit = <E extends EventName>(name: E, payload: EventPayload<E>) => void;

const tokenName = 'device-token';
const freshClockMs = 10 * minuteMs;
/** A moment in which the messages of a busy hour gather: one step for many costs little more than one for each. */
const tidyDelayMs = 300;

export async function startDesk(options: DeskOptions, db: Db, emit: Emit) {
  const { secrets, host, log } = options;
  const store = createStore(db);
  const clock = createRelayClock();
  let link: RelayConnection | null = null;

  const outbox = createOutbox({
    store,
    log,
    isReady: () => link?.isReady() ?? false,
    send: (envelope) => (link === null ? Promise.reject(new Error('no relay')) : link.command(envelope)),
    onChange() {
      emit('outbox', { items: outbox.list() });
      tellSession();
    },
  });
  const session = createSession({
    platform: options.platform,
    secrets,
    store,
    clock,
    outboxCount: () => outbox.list().length,
    onChange: tellSession,
  });
  /** Never later than the truth is not needed here, never earlier than what was told is. */
  const now = () => Math.max(clock.serverNow() ?? 0, store.feed.lastServerNow());
  const alerts = createAlerts({ store, host, now, log, person: () => session.identity()?.person ?? null });

  function tellSession(): void {
    emit('session', session.read());
  }

  const feed = announce({ store, emit, tellSession });
  async function connect(): Promise<void> {
    const identity = session.identity();
    const token = identity === null ? null : await secrets.get(tokenName);
    session.setSignedIn(token !== null);
    if (identity === null || token === null) {
      return session.setRelay(
        'unpaired',
        identity === null ? null : 'The sign-in of this computer is gone. Ask for a new code and connect again.',
      );
    }
    link = connectToRelay({
      relayUrl: identity.relayUrl,
      token,
      clock,
      log,
      cursor: store.feed.cursor,
      onState,
      onHello,
      onApplied,
      applyPage: storePage,
      onTime: tellSession,
      onWipe: () =>
        void forget('The owner disconnected this computer. Ask for a new code to connect again.').catch(failed),
    });
  }

  function onState(state: LinkState, detail: string | null): void {
    session.setRelay(state, detail);
    if (state === 'live') {
      alerts.connectionChanged(true, null);
      outbox.settleOld();
    }
    if (state === 'offline') alerts.connectionChanged(false, null);
    if (state === 'refused') alerts.connectionChanged(false, detail);
  }

  function onHello({ agency, person, deviceId }: Hello): void {
    const identity = session.identity();
    if (identity !== null) session.setIdentity({ ...identity, agency, person, deviceId });
    outbox.resume();
  }

  function storePage(page: ReadPage, snapshotOpen: boolean): Applied | null {
    try {
      const applied = applyPage(store, page, snapshotOpen);
      session.setTrouble(null);
      return applied;
    } catch (error) {
      if (isDamage(error)) store.local.markCacheDamaged();
      session.setTrouble(troubleOf(error));
      throw error;
    }
  }

  function onApplied(page: ReadPage, applied: Applied): void {
    const identity = session.identity();
    if (applied.agency !== null && identity !== null) session.setIdentity({ ...identity, agency: applied.agency });
    outbox.settle(applied.messages.flatMap(({ clientMessageId }) => clientMessageId ?? []));
    if (page.kind === 'changes') alerts.gather(applied.conversations);
    else alerts.forgetGathered();
    feed(page, applied);
    if (!page.caughtUp) return;
    tidy();
    alerts.release();
  }

  /** Brings the full-text index and the cache's log up to date in small steps, so that calls and pages come in between. */
  let tidying: NodeJS.Timeout | null = null;
  function tidy(afterMs = tidyDelayMs): void {
    tidying ??= setTimeout(() => {
      tidying = null;
      try {
        if (store.indexSome()) tidy(0);
        else store.copyHome();
      } catch (error) {
        failed(error);
      }
    }, afterMs);
  }

  /** The token goes, the cache goes from the disk; words that were not sent stay to be read. */
  async function forget(why: string | null): Promise<void> {
    link?.close();
    link = null;
    clock.reset();
    outbox.holdAll();
    session.setIdentity(null);
    session.setSignedIn(false);
    store.erase();
    removeAside(options.dataDir);
    alerts.clear();
    session.setRelay('unpaired', why);
    emit('reset', {});
    await secrets.delete(tokenName);
  }

  async function pair(request: { relayUrl: string; code: string; name: string }): Promise<Outcome> {
    const answer = await pairDevice(request);
    if (!answer.ok) return answer;
    if (session.identity() !== null) await forget(null);
    await secrets.set(tokenName, answer.token);
    store.erase();
    session.setIdentity(answer.identity);
    await connect();
    return { ok: true };
  }

  /** For commands that carry no words: they happen now or not at all. */
  async function command(wanted: Command): Promise<Outcome> {
    if (link?.isReady() !== true) {
      return {
        ok: false,
        refusal: refuse(
          'not_stored',
          'There is no connection to the relay, so nothing was changed. Try again when it is back.',
        ),
      };
    }
    try {
      const answer = await link.command({ id: newId(), command: wanted });
      return answer.ok ? { ok: true } : answer;
    } catch {
      return {
        ok: false,
        refusal: refuse('not_stored', 'The relay did not answer. Look whether it happened before you try again.'),
      };
    }
  }

  function failed(error: unknown): void {
    log('error', 'the desk could not finish what it began', { error: error instanceof Error ? error.name : 'unknown' });
    session.setTrouble(troubleOf(error));
  }

  const timers = [
    setInterval(() => alerts.tick(), minuteMs),
    setInterval(() => {
      link?.askTime().catch(() => undefined);
      tellSession();
    }, freshClockMs),
  ];
  for (const timer of timers) timer.unref();

  // Cut off between forgetting the device and erasing its cache.
  if (session.identity() === null && store.feed.lastServerNow() > 0) store.erase();
  outbox.settleKnown();
  tidy();
  await connect();

  return {
    store,
    session,
    outbox,
    alerts,
    now,
    pair,
    forget: () => forget(null),
    command,
    askHistory: () => (link?.isReady() === true ? link.history : null),
    wake() {
      if (link === null) connect().catch(failed);
      else link.reconnect();
    },
    close() {
      for (const timer of timers) clearInterval(timer);
      if (tidying !== null) clearTimeout(tidying);
      outbox.close();
      link?.close();
      link = null;
      store.close();
    },
  };
}
