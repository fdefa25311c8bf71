import type { Channel } from '@transom/shared';
import { maxAheadOfWallMs } from '../clock.ts';
import { droppedUntil, personOf } from '../forgotten/erased-people.ts';
import { applyEvent } from '../inbox/apply-event.ts';
import { asHeard, type ChannelEvent, type HandledEvent, takesBack, wordsOf } from '../inbox/events.ts';
import { type AgencyWork, inWorks } from '../ledger/agency-work.ts';
import type { Logger } from '../log.ts';
import { isStoreError } from '../store/errors.ts';
import type { SystemTx } from '../store/port.ts';
import { markDone, markFailed, markProgress, readBody, type StoredDelivery, takePending } from './deliveries.ts';
import { findOwner, type OwnedAccount } from './owner-of-account.ts';
import {
  type AccountOfChannel,
  deliveriesWithWords,
  noteWords,
  type TakeOut,
  takenBackIn,
  WordsTakenBack,
} from './words-taken-back.ts';

/** A body as events; `ok: false` for what is no JSON at all. */
export type ReadDelivery =
  | {
      readonly ok: true;
      readonly channel: Channel | null;
      readonly signedAt: number | null;
      readonly events: readonly ChannelEvent[];
    }
  | { readonly ok: false; readonly detail: string };

export type BringInDeps = {
  readonly log: Logger;
  /** Turns a body into events. Knows nothing of agencies. */
  readonly normalize: (body: Buffer) => ReadDelivery;
  readonly takeOut: TakeOut;
  /** Hears when the channel signed each delivery, by its own clock. */
  readonly noteSigned?: (at: number) => void;
};

/** The events of a delivery that is brought in by slices, so that its bytes are read only once. */
export type Begun = { readonly eventsDone: number; readonly read: ReadDelivery };

/** A delivery to bring in, with what is known of it already. */
export type ToBring = {
  readonly delivery: StoredDelivery;
  readonly bytes?: Buffer;
  readonly begun?: Begun | undefined;
};
type Understood = { readonly delivery: StoredDelivery; readonly read: Extract<ReadDelivery, { ok: true }> };

/** `taken`: how many deliveries were worked on. `begun`: those that go on in the next slice. `changed`: agencies for which something changed. */
export type Brought = {
  readonly taken: number;
  readonly begun: ReadonlyMap<number, Begun>;
  readonly changed: ReadonlySet<string>;
};

/** An event failed that had no savepoint of its own: what else the transaction did has to be done again with savepoints. */
export class EventFailed extends Error {
  readonly code = 'event_failed';
  constructor(cause: unknown) {
    super('An event could not be brought in.', { cause });
    this.name = 'EventFailed';
  }
}

type Manner = {
  /** Stops between two events when `performance.now()` is past it. */
  readonly until?: number;
  /** Without, whoever fails takes the whole transaction along (`EventFailed`): savepoints cost a crowd a tenth of its time. */
  readonly withSavepoints: boolean;
};

/**
 * Brings stored deliveries into the inbox, inside a transaction of the caller. Where each event has a savepoint of its own, one that fails
 * is rolled back alone and noted, and its delivery is retried from there later; its neighbours go through. Then it never throws for what is
 * in a delivery; only when the database itself fails.
 */
export function bringIn(
  tx: SystemTx,
  deps: BringInDeps,
  now: number,
  deliveries: readonly ToBring[],
  manner: Manner,
): Promise<Brought> {
  return new BringingIn(tx, deps, now, manner).bring(deliveries);
}

class BringingIn {
  readonly #tx: SystemTx;
  readonly #deps: BringInDeps;
  #now: number;
  readonly #until: number;
  readonly #withSavepoints: boolean;
  #works: ReadonlyMap<string, AgencyWork> = new Map();
  readonly #owners = new Map<string, OwnedAccount | null>();
  readonly #takenBack: WordsTakenBack;

  constructor(
    tx: SystemTx,
    deps: BringInDeps,
    now: number,
    { until = Number.POSITIVE_INFINITY, withSavepoints }: Manner,
  ) {
    this.#tx = tx;
    this.#deps = deps;
    this.#now = now;
    this.#until = until;
    this.#withSavepoints = withSavepoints;
    this.#takenBack = new WordsTakenBack(tx, deps.takeOut);
  }

  /** First it finds out whose events they are, so that the agencies can be locked in order; then it brings them in. */
  async bring(deliveries: readonly ToBring[]): Promise<Brought> {
    const understood: Understood[] = [];
    let taken = 0;
    // What is understood and not brought in is understood again in the next slice: little compared with bringing in.
    const understandUntil = (performance.now() * 3 + this.#until) / 4;
    for (const each of deliveries) {
      const read = await this.#understand(each);
      if (read === null) taken += 1;
      else understood.push(read);
      if (performance.now() > understandUntil) break;
    }
    const begun = new Map<number, Begun>();
    const changed = await inWorks(this.#tx, await this.#agenciesOf(understood), this.#now, async (works) => {
      this.#works = works;
      for (const { delivery, read } of understood) {
        const rest = await this.#bringEvents(delivery, read);
        if (rest !== null) begun.set(delivery.id, rest);
        taken += 1;
        if (performance.now() > this.#until) break;
      }
      return new Set([...works].filter(([, work]) => !work.isEmpty).map(([agencyId]) => agencyId));
    });
    await this.#takenBack.finish();
    return { taken, begun, changed };
  }

  /** Null when there is nothing to bring in: it is set aside, or no JSON at all. */
  async #understand({ delivery, bytes, begun }: ToBring): Promise<Understood | null> {
    let read: ReadDelivery;
    try {
      read =
        begun?.eventsDone === delivery.eventsDone
          ? begun.read
          : this.#deps.normalize(bytes ?? (await readBody(this.#tx, delivery.id)) ?? Buffer.alloc(0));
    } catch (error) {
      this.#logFault(delivery, error);
      await markFailed(this.#tx, delivery, faultOf(error), this.#now);
      return null;
    }
    if (!read.ok) {
      this.#deps.log.warn({ deliveryId: delivery.id }, 'a signed delivery is not readable; it is kept');
      await markDone(this.#tx, delivery, 1);
      return null;
    }
    if (read.signedAt !== null) this.#deps.noteSigned?.(read.signedAt);
    // It was not heard before it was signed, and it is not earlier than that now: this machine's clock may be behind.
    const signedAt = Math.min(read.signedAt ?? 0, this.#now + maxAheadOfWallMs);
    this.#now = Math.max(this.#now, signedAt);
    return { delivery: { ...delivery, receivedAt: Math.max(delivery.receivedAt, signedAt) }, read };
  }

  async #agenciesOf(understood: readonly Understood[]): Promise<Set<string>> {
    const agencies = new Set<string>();
    for (const { read } of understood) {
      // One of each account: a delivery may hold thousands of events.
      const handled = read.events.filter(({ kind }) => kind !== 'unhandled');
      const ofEachAccount = new Map(handled.map((event) => [event.accountNativeId, event]));
      for (const event of ofEachAccount.values()) {
        const owned = await this.#ownerOf(read.channel, event);
        if (owned !== null) agencies.add(owned.agencyId);
      }
    }
    return agencies;
  }

  async #bringEvents(delivery: StoredDelivery, read: Extract<ReadDelivery, { ok: true }>): Promise<Begun | null> {
    const { events, channel } = read;
    const takenBack: Taken[] = [];
    let { failedFrom } = delivery;
    let fault: unknown = null;
    let index = delivery.eventsDone;
    // At least one a slice, however late it is.
    for (; index < events.length && (index === delivery.eventsDone || performance.now() < this.#until); index += 1) {
      const event = events[index];
      const owned = event === undefined ? null : await this.#ownerOf(channel, event);
      if (event === undefined || event.kind === 'unhandled' || owned === null) continue;
      try {
        takenBack.push(...(await this.#apply(delivery, owned, event)));
      } catch (error) {
        // Not this event's fault: it must not be noted as one that failed. A damaged page may concern it alone.
        if (isStoreError(error, 'busy', 'conflict', 'full', 'closed')) throw error;
        if (!this.#withSavepoints) throw new EventFailed(error);
        fault ??= error;
        failedFrom ??= index;
      }
    }
    const error = fault === null ? null : faultOf(fault);
    if (fault !== null) this.#logFault(delivery, fault);
    if (index < events.length) {
      await markProgress(this.#tx, delivery.id, { eventsDone: index, failedFrom, error });
      return { eventsDone: index, read };
    }
    if (delivery.eventsDone > 0) await this.#gatherTakenBack(delivery.id, events, channel);
    else for (const { account, words } of takenBack) this.#takenBack.add(delivery.id, account, words);
    if (failedFrom === null) await markDone(this.#tx, delivery, await this.#countUnhandled(read));
    else await markFailed(this.#tx, delivery, error, this.#now, failedFrom);
    return null;
  }

  /** Words that this very delivery carries and must not keep. */
  async #apply(delivery: StoredDelivery, { agencyId, account }: OwnedAccount, event: HandledEvent): Promise<Taken[]> {
    const work = this.#workFor(agencyId);
    const of = { ...account, deliveryId: delivery.id };
    const heard = asHeard(event, delivery.receivedAt);
    const action = async (): Promise<Taken[]> => {
      const nativeId = wordsOf(heard);
      const until = await droppedUntil(work, of, heard);
      if (until !== null) {
        // Immediately, because nothing else remembers whose words they are.
        this.#takenBack.add(delivery.id, account, { senderId: personOf(heard) ?? '', until });
        if (nativeId !== null) this.#takenBack.add(delivery.id, account, { nativeId });
        return [];
      }
      const known = await applyEvent(work, of, heard);
      if (nativeId !== null) {
        const fate = known ?? (await noteWords(work.tx, of, nativeId, heard.kind === 'echo_received'));
        return fate === 'taken_back' ? [{ account, words: { nativeId } }] : [];
      }
      const gone = takesBack(heard);
      return gone === null ? [] : this.#followTakenBack(work, delivery.id, account, gone);
    };
    return this.#withSavepoints ? work.part(() => this.#tx.savepoint(action)) : action();
  }

  async #followTakenBack(
    work: AgencyWork,
    deliveryId: number,
    account: AccountOfChannel,
    nativeId: string,
  ): Promise<Taken[]> {
    const words = { nativeId };
    const ids = await deliveriesWithWords(work.tx, account.id, nativeId);
    for (const id of ids) if (id !== deliveryId) this.#takenBack.add(id, account, words);
    return ids.includes(deliveryId) ? [{ account, words }] : [];
  }

  /** What was taken back of a delivery of many slices is asked of the tables: a relay that was killed in the middle remembers nothing. */
  async #gatherTakenBack(deliveryId: number, events: readonly ChannelEvent[], channel: Channel | null): Promise<void> {
    const owners = new Map<string, OwnedAccount>();
    for (const event of events) {
      const owned = await this.#ownerOf(channel, event);
      if (owned !== null) owners.set(owned.account.id, owned);
    }
    for (const agencyId of new Set([...owners.values()].map((owned) => owned.agencyId))) {
      for (const { accountId, nativeId } of await takenBackIn(this.#tx.forAgency(agencyId), deliveryId)) {
        const account = owners.get(accountId)?.account;
        if (account !== undefined) this.#takenBack.add(deliveryId, account, { nativeId });
      }
    }
  }

  async #countUnhandled({ channel, events }: Extract<ReadDelivery, { ok: true }>): Promise<number> {
    let unhandled = 0;
    for (const event of events) if ((await this.#ownerOf(channel, event)) === null) unhandled += 1;
    return unhandled;
  }

  /** Whose account it happened on. If it is nobody's, the delivery keeps its bytes and is counted; an agency is never guessed. */
  async #ownerOf(channel: Channel | null, event: ChannelEvent): Promise<OwnedAccount | null> {
    if (event.kind === 'unhandled' || channel === null) return null;
    const key = `${channel} ${event.accountNativeId}`;
    const known = this.#owners.get(key);
    if (known !== undefined) return known;
    const owned = await findOwner(this.#tx, channel, event.accountNativeId);
    this.#owners.set(key, owned);
    return owned;
  }

  #workFor(agencyId: string): AgencyWork {
    const work = this.#works.get(agencyId);
    if (work === undefined) throw new Error(`No work was opened for agency ${agencyId}.`);
    return work;
  }

  #logFault(delivery: StoredDelivery, error: unknown): void {
    this.#deps.log.error(
      { deliveryId: delivery.id, attempts: delivery.attempts + 1, err: error },
      'a delivery could not be normalized; the next ones go on',
    );
  }
}

type Taken = { readonly account: AccountOfChannel; readonly words: { readonly nativeId: string } };

/** Notes a failure for the delivery that is due next. Returns how many deliveries that was: 0 or 1. */
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

/** For the operator's list. A parser's message quotes what it could not parse, which may be somebody's words. */
function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown fault';
  return error instanceof SyntaxError ? error.name : `${error.name}: ${error.message}`;
}
