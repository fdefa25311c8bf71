import { minuteMs, secondMs } from '@transom/shared';
import type { RelayClock } from './clock.ts';
import { clampRetries, shiftRetries } from './intake/deliveries.ts';
import type { Logger } from './log.ts';
import { clampWaits, shiftWaits } from './outbound/waits.ts';
import type { Store } from './store/port.ts';

export type TimeKeeperDeps = {
  readonly store: Store;
  readonly clock: RelayClock;
  readonly log: Logger;
  /** Called after the waits of all agencies were moved. */
  readonly onStep: (agencyIds: readonly string[]) => void;
};

const lookEveryMs = secondMs;

/**
 * Keeps the relay's waits true to its clock. Before anything is sent, no wait is longer than it may be; when the clock jumps, waits
 * jump with it. What Meta has signed is remembered over a restart. Returns how to stop.
 */
export async function keepTime({ store, clock, log, onStep }: TimeKeeperDeps): Promise<() => Promise<void>> {
  const remembered = await store.read((tx) =>
    tx.get<{ at: number }>(`select at from probes where name = 'meta_signed'`),
  );
  if (remembered !== undefined) clock.noteSigned(remembered.at);
  clock.takeStep();
  await clampRetries(store, clock.now());
  await eachAgency(store, (id) => clampWaits(store.forAgency(id), clock.now()));

  let looks = 0;
  let working: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    const stepMs = clock.takeStep();
    looks += 1;
    const isDue = looks % (minuteMs / lookEveryMs) === 0;
    if (stepMs === 0 && !isDue) return;
    working = working
      .then(async () => {
        if (stepMs !== 0) await move(stepMs);
        if (isDue) await remember();
      })
      .catch((error: unknown) => log.error({ err: error }, 'the clock could not be followed'));
  }, lookEveryMs);
  timer.unref();

  async function move(stepMs: number): Promise<void> {
    log.warn({ durationMs: stepMs }, 'the clock jumped; what waits was moved with it');
    await shiftRetries(store, stepMs);
    onStep(await eachAgency(store, (id) => shiftWaits(store.forAgency(id), stepMs, clock.now())));
  }
  async function remember(): Promise<void> {
    const at = clock.signedNow;
    if (at === null) return;
    await store.write((tx) => tx.run(`insert or replace into probes (name, at) values ('meta_signed', :at)`, { at }));
  }

  return async () => {
    clearInterval(timer);
    await working;
    await remember().catch((error: unknown) =>
      log.error({ err: error }, 'the time that Meta signed is not remembered'),
    );
  };
}

async function eachAgency(store: Store, work: (agencyId: string) => Promise<void>): Promise<string[]> {
  const agencies = await store.read((tx) => tx.all<{ id: string }>(`select id from agencies`));
  for (const { id } of agencies) await work(id);
  return agencies.map(({ id }) => id);
}
