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
  /** Called with the agencies whose waits were shifted. */
  readonly onStep: (agencyIds: readonly string[]) => void;
};

const lookEveryMs = secondMs;

/**
 * Keeps the relay's waits true to its clock: shortens those that are too long before anything is sent, and shifts all of them when the
 * clock jumps. Remembers across restarts what Meta has signed. Returns a function that stops it.
 */
export async function keepTime({ store, clock, log, onStep }: TimeKeeperDeps): Promise<() => Promise<void>> {
  const remembered = await store.read((tx) =>
    tx.get<{ at: number }>(`select at from probes where name = 'meta_signed'`),
  );
  if (remembered !== undefined) clock.noteSigned(remembered.at);
  clock.takeStep();
  await clampRetries(store, clock.now());
  for (const id of await agenciesOf(store)) await clampWaits(store.forAgency(id), clock.now());

  let looks = 0;
  let working: Promise<void> | null = null;
  /** Jumps not handled yet, and how far waits still have to be shifted: a full disk or a lock must not lose any of it. */
  let jumpedMs = 0;
  const owedMs = new Map<string, number>();
  let retriesOwedMs = 0;
  const timer = setInterval(() => {
    jumpedMs += clock.takeStep();
    looks += 1;
    const isDue = looks % (minuteMs / lookEveryMs) === 0;
    if (working !== null || (jumpedMs === 0 && retriesOwedMs === 0 && owedMs.size === 0 && !isDue)) return;
    working = move()
      .then(() => (isDue ? remember() : undefined))
      .catch((error: unknown) => log.error({ err: error }, 'the clock could not be followed; it is tried again'))
      .finally(() => {
        working = null;
      });
  }, lookEveryMs);
  timer.unref();

  async function move(): Promise<void> {
    if (jumpedMs !== 0) {
      const agencies = await agenciesOf(store);
      log.warn({ durationMs: jumpedMs }, 'the clock jumped; what waits is moved with it');
      for (const id of agencies) owedMs.set(id, (owedMs.get(id) ?? 0) + jumpedMs);
      retriesOwedMs += jumpedMs;
      jumpedMs = 0;
    }
    if (retriesOwedMs !== 0) {
      await shiftRetries(store, retriesOwedMs);
      retriesOwedMs = 0;
    }
    const moving = [...owedMs];
    for (const [id, stepMs] of moving) {
      await shiftWaits(store.forAgency(id), stepMs, clock.now());
      owedMs.delete(id);
    }
    if (moving.length > 0) onStep(moving.map(([id]) => id));
  }
  async function remember(): Promise<void> {
    const at = clock.signedNow;
    if (at === null) return;
    await store.write((tx) =>
      tx.run(
        `insert into probes (name, at) values ('meta_signed', :at) on conflict (name) do update set at = excluded.at`,
        { at },
      ),
    );
  }

  return async () => {
    clearInterval(timer);
    await working;
    await remember().catch((error: unknown) =>
      log.error({ err: error }, 'the time that Meta signed is not remembered'),
    );
  };
}

async function agenciesOf(store: Store): Promise<string[]> {
  const agencies = await store.read((tx) => tx.all<{ id: string }>(`select id from agencies`));
  return agencies.map(({ id }) => id);
}
