import type { Channel } from '@transom/shared';
import { AgencyWork } from '../inbox/agency-work.ts';
import { applyEvent } from '../inbox/apply-event.ts';
import { asHeard, type ChannelEvent } from '../inbox/events.ts';
import type { AccountRef } from '../inbox/thread.ts';
import type { Logger } from '../log.ts';
import type { SystemTx } from '../store/port.ts';
import { forgetBodies, markDone, markFailed, type StoredDelivery, takePending } from './deliveries.ts';

export type BringInDeps = {
  readonly log: Logger;
  /** Turns a body into events; `ok: false` for what is no JSON at all. Knows nothing of agencies. */
  readonly normalize: (
    body: Buffer,
  ) => { ok: true; channel: Channel | null; events: ChannelEvent[] } | { ok: false; detail: string };
};

/**
 * Brings stored deliveries into the inbox, inside a transaction of the caller. Each has a savepoint of its own: one that fails
 * is undone alone, noted, and tried later; its neighbours go through. Call `finish` once, last.
 */
export class BringingIn {
  readonly #tx: SystemTx;
  readonly #deps: BringInDeps;
  readonly #now: number;
  readonly #works = new Map<string, AgencyWork>();

  constructor(tx: SystemTx, deps: BringInDeps, now: number) {
    this.#tx = tx;
    this.#deps = deps;
    this.#now = now;
  }

  /** Never throws for what is in the delivery; only when the database itself fails. */
  async bring(delivery: StoredDelivery): Promise<void> {
    try {
      const read = this.#deps.normalize(delivery.body);
      if (!read.ok) {
        this.#deps.log.warn({ deliveryId: delivery.id }, 'a signed delivery is not readable; it is kept');
        return await markDone(this.#tx, delivery, 1);
      }
      await this.#tx.savepoint(async () => {
        await markDone(this.#tx, delivery, await this.#apply(read, delivery));
      });
    } catch (error) {
      const fate = await markFailed(this.#tx, delivery, faultOf(error), this.#now);
      this.#deps.log.error(
        { deliveryId: delivery.id, state: fate, err: error },
        'a delivery could not be normalized; the next ones go on',
      );
    }
  }

  /** Writes changes and audit events; the agencies that something changed for. */
  async finish(): Promise<Set<string>> {
    const changed = new Set<string>();
    for (const work of this.#works.values()) {
      if (!work.isEmpty) changed.add(work.tx.agencyId);
      await work.finish();
    }
    return changed;
  }

  /** Applies the events of one delivery; returns how many of them were of no use to any inbox. */
  async #apply(
    { channel, events }: { channel: Channel | null; events: readonly ChannelEvent[] },
    { id: deliveryId, receivedAt: heardAt }: StoredDelivery,
  ): Promise<number> {
    let unhandled = 0;
    const parts: { work: AgencyWork; account: AccountRef; event: Exclude<ChannelEvent, { kind: 'unhandled' }> }[] = [];
    for (const event of events) {
      const route =
        event.kind === 'unhandled' || channel === null
          ? undefined
          : await findRoute(this.#tx, channel, event.accountNativeId);
      if (event.kind === 'unhandled' || route === undefined) {
        unhandled += 1;
        continue;
      }
      const account = { id: route.accountId, channel: route.channel, deliveryId };
      parts.push({ work: this.#workFor(route.agencyId), account, event: asHeard(event, heardAt) });
    }
    const applyParts = async (): Promise<void> => {
      for (const { work, account, event } of parts) await applyEvent(work, account, event);
    };
    // What the agencies' works remember must be undone with the savepoint, for all of them together.
    const involved = [...new Set(parts.map(({ work }) => work))];
    await involved.reduceRight<() => Promise<void>>((inner, work) => () => work.part(inner), applyParts)();
    for (const { event } of parts) {
      if (event.kind === 'message_unsent') await forgetBodies(this.#tx, event.nativeMessageId);
    }
    return unhandled;
  }

  #workFor(agencyId: string): AgencyWork {
    const known = this.#works.get(agencyId) ?? new AgencyWork(this.#tx.forAgency(agencyId), this.#now);
    this.#works.set(agencyId, known);
    return known;
  }
}

/** Notes the failure of the delivery that is due next, whose work could not be finished; how many that was. */
export async function setAside(
  tx: SystemTx,
  { log }: Pick<BringInDeps, 'log'>,
  error: unknown,
  now: number,
): Promise<number> {
  const [delivery] = await takePending(tx, now, 1);
  if (delivery === undefined) return 0;
  const fate = await markFailed(tx, delivery, faultOf(error), now);
  log.error(
    { deliveryId: delivery.id, state: fate, err: error },
    'a delivery could not be normalized; the next ones go on',
  );
  return 1;
}

/** For the operator's list. A parser's message quotes what it could not parse, which may be the words of a person. */
function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown fault';
  return error instanceof SyntaxError ? error.name : `${error.name}: ${error.message}`;
}

type Route = { agencyId: string; accountId: string; channel: AccountRef['channel'] };

/**
 * Whose account this is: ids are unique within a channel only. Nobody's: the delivery stays with its bytes and is counted; a tenant is
 * never guessed.
 */
function findRoute(tx: SystemTx, channel: Channel, nativeId: string): Promise<Route | undefined> {
  return tx.get<Route>(
    `select agency_id as "agencyId", account_id as "accountId", channel from account_routes
     where native_id = :nativeId and channel = :channel`,
    { nativeId, channel },
  );
}
