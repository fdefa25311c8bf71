import { hourMs } from '@transom/shared';
import fastify from 'fastify';
import { announcePolicies } from './accounts/announce-policies.ts';
import { channelAccount } from './accounts/open-account.ts';
import { connectChannels, joinCalls, normalizeDelivery, takeOut } from './channels/all.ts';
import { metaDuties } from './channels/meta/duties.ts';
import { type MachineClocks, machineClocks, RelayClock } from './clock.ts';
import { createNameLearner } from './contacts/learn-names.ts';
import { Allowances } from './fair-share/allowance.ts';
import { createCatchUpTurns } from './feed/follow.ts';
import { forgetOldChanges } from './feed/horizon.ts';
import { Pokes } from './feed/pokes.ts';
import { SharedPages } from './feed/shared-pages.ts';
import { finishErasures } from './forgotten/erasures.ts';
import { forgottenPathOf } from './forgotten/forgotten-file.ts';
import { keepCopying } from './forgotten/keep-copying.ts';
import { createGateway } from './gateway/gateway.ts';
import { trustedHop } from './http/caller.ts';
import { Metrics } from './http/metrics.ts';
import { listenForMetrics } from './http/metrics-listener.ts';
import { limitPipelining } from './http/pipelining.ts';
import { answerUnreadable } from './http/problems.ts';
import { registerApi } from './http/register-api.ts';
import { createInbox } from './inbox/create-inbox.ts';
import { BodiesUnderWay } from './intake/bodies-under-way.ts';
import { createIntake } from './intake/create-intake.ts';
import { forgetOld } from './intake/forget-old.ts';
import { registerWebhooks } from './intake/webhook-routes.ts';
import { keepTime } from './keep-time.ts';
import type { Logger } from './log.ts';
import { createSender } from './outbound/sender.ts';
import { authenticate } from './people/devices.ts';
import type { Settings } from './settings.ts';
import { databaseAt } from './store/database-at.ts';
import { Vault } from './vault/vault.ts';

const namesDelayMs = 200;
/**
 * A request must arrive completely within `requestMs`: sent drop by drop, it could hold memory for as long as it likes. Node looks for late
 * ones every `lookMs`; its own default is 30 seconds.
 */
export type Deadlines = { readonly requestMs: number; readonly lookMs: number };
const usualDeadlines: Deadlines = { requestMs: 10_000, lookMs: 1_000 };

export type Relay = { readonly url: string; readonly metricsUrl: string; close(): Promise<void> };

/**
 * Starts the relay and resolves when it listens. This is the only place where its rooms meet: a delivery goes from `intake` through
 * `channels` into the `inbox`, whose changes reach desks through `feed` and `gateway`; a person's reply goes from the gateway into the
 * inbox and through `outbound` and `channels` to the buyer.
 */
export async function startRelay(
  settings: Settings,
  log: Logger,
  clocks: MachineClocks = machineClocks,
  { requestMs, lookMs }: Deadlines = usualDeadlines,
): Promise<Relay> {
  const database = databaseAt(settings.databaseUrl);
  const unlock = await database.lockForServing();
  const store = database.open();
  const vault = new Vault(settings.masterKeyFile);
  const metrics = new Metrics();
  const allowances = new Allowances();
  const relayClock = new RelayClock(clocks);
  const clock = relayClock.now;
  const connectors = connectChannels(settings.channels, {
    noteServerDate: (at, tookMs) => relayClock.noteServerDate(at, tookMs),
  });
  const channels = joinCalls(connectors);

  const pokes = new Pokes();
  // A commit always wakes desks; it wakes the sender after a person's command, and the name look-up after a webhook.
  const onCommitted = (agencyId: string): void => pokes.poke(agencyId);
  const openAccount: Parameters<typeof createSender>[0]['openAccount'] = (tx, id) => channelAccount(tx, vault, id);
  const { aheadOfMeta } = relayClock;
  const sender = createSender({ store, channels, clock, aheadOfMeta, log, openAccount, onCommitted });
  const names = createNameLearner({ store, channels, clock, log, openAccount, onCommitted });
  const inbox = createInbox({
    store,
    clock,
    onCommitted: (agencyId) => {
      onCommitted(agencyId);
      sender.poke(agencyId);
    },
  });
  const { commits, normalizer } = createIntake({
    store,
    clock,
    log,
    normalize: normalizeDelivery,
    takeOut,
    noteSigned: (at) => relayClock.noteSigned(at),
    onCommitted: (agencyIds: Iterable<string>) => {
      for (const agencyId of agencyIds) {
        onCommitted(agencyId);
        askForNamesSoon(agencyId);
      }
    },
  });
  // Delayed a moment: the message itself goes to the desks first.
  const newcomers = new Set<string>();
  function askForNamesSoon(agencyId: string): void {
    if (newcomers.size === 0) setTimeout(askForNames, namesDelayMs).unref();
    newcomers.add(agencyId);
  }
  function askForNames(): void {
    for (const agencyId of newcomers) names.poke(agencyId);
    newcomers.clear();
  }

  const app = fastify({
    trustProxy: trustedHop(settings),
    requestTimeout: requestMs,
    keepAliveTimeout: 75_000,
    http: { headersTimeout: requestMs, connectionsCheckingInterval: lookMs },
    routerOptions: { ignoreTrailingSlash: true },
    frameworkErrors: answerUnreadable,
  });
  const gateway = createGateway(app.server, {
    store,
    inbox,
    feed: { pokes, pages: new SharedPages(pokes), turns: createCatchUpTurns() },
    clock,
    log,
    allowances,
    authenticate: (token) => authenticate(store, token),
  });
  await registerApi(app, {
    ...{ store, vault, inbox, channels, connectors, takeOut, clock, settings, log, metrics, allowances },
    duties: [metaDuties],
    onCommitted: () => pokes.pokeAll(),
    onDeviceRevoked: (deviceId) => gateway.revoke(deviceId),
  });
  await registerWebhooks(app, {
    commits,
    bodies: new BodiesUnderWay(),
    clock,
    log,
    webhooks: connectors,
    count: (result) => metrics.count('transom_webhooks_total', { result }),
  });
  metrics.gauge('transom_desks_connected', 'Desks that are connected and have said who they are.', () =>
    gateway.connectedDesks(),
  );

  await announcePolicies(store, channels.policies, clock());

  const stopKeepingTime = await keepTime({
    ...{ store, log, clock: relayClock },
    onStep: (agencyIds) => {
      metrics.count('transom_clock_steps_total');
      for (const agencyId of agencyIds) sender.poke(agencyId);
      pokes.pokeAll();
    },
  });
  limitPipelining(app.server);
  const url = await app.listen({ host: settings.host, port: settings.port });
  const relayPort = Number(new URL(url).port);
  const figures = await listenForMetrics({ named: settings.metricsListen, relayPort }, metrics, log).catch(giveUp);
  await sender.start().catch(async (error: unknown) => {
    await figures.close();
    return giveUp(error);
  });
  names.start();
  normalizer.poke();
  // An operator command is another process on the same database: it may have added an account, or want a delivery replayed.
  const stopListening = store.onOutsideWrite(() => {
    pokes.pokeAll();
    normalizer.poke();
    gateway.recheck().catch((error: unknown) => log.error({ err: error }, 'devices could not be checked again'));
  });
  const stopCopying = keepCopying({ store, path: forgottenPathOf(database), clock, log });
  void finishErasing();
  const housekeeping = setInterval(() => {
    void finishErasing();
    void cleanUp().catch((error: unknown) => log.error({ err: error }, 'old rows could not be removed'));
  }, hourMs);
  housekeeping.unref();

  /** Includes erasures begun by an operator command that was killed halfway while this relay kept serving. */
  function finishErasing(): Promise<void> {
    return finishErasures({ store, takeOut }, clock).catch((error: unknown) =>
      log.error({ err: error }, 'an erasure could not be finished; it is tried again in an hour'),
    );
  }

  /** The relay already listens, and would go on accepting replies that it never sends. */
  async function giveUp(error: unknown): Promise<never> {
    await stopKeepingTime();
    await gateway.close();
    await app.close();
    await normalizer.close();
    await store.close();
    unlock();
    throw error;
  }

  async function cleanUp(): Promise<void> {
    await forgetOld(store, clock());
    await forgetOldChanges(store, clock());
    // Removed rows must not stay in the write-ahead log until something happens to overwrite them.
    await store.forgetRemoved();
  }

  return {
    url,
    metricsUrl: figures.url,
    async close() {
      clearInterval(housekeeping);
      stopListening();
      await stopKeepingTime();
      await gateway.close();
      await Promise.all([app.close(), figures.close()]);
      await normalizer.close();
      await Promise.all([sender.close(), names.close()]);
      await stopCopying();
      await store.close();
      unlock();
    },
  };
}
