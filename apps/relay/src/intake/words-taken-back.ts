import { forgottenAt, subjectOfMessage } from '../forgotten/forgotten.ts';
import type { Unwanted } from '../inbox/events.ts';
import type { AccountRef } from '../inbox/thread.ts';
import type { AgencyTx, SystemTx } from '../store/port.ts';
import { readBody, replaceBody } from './deliveries.ts';

/** Removes items from a body; null if it has none of them. */
export type TakeOut = (
  body: Buffer,
  unwanted: readonly Unwanted[],
) => { readonly body: Buffer; readonly nativeIds: ReadonlySet<string> } | null;

export type AccountOfChannel = Omit<AccountRef, 'deliveryId'> & { readonly nativeId: string };
type Words = { readonly nativeId: string } | { readonly senderId: string; readonly until: number };

/**
 * The words of a message are also in the deliveries that brought them, and are removed from there with it. Collects what to remove from
 * which delivery, so that each is rewritten once per transaction, however much is taken back; touches no other delivery.
 */
export class WordsTakenBack {
  readonly #tx: SystemTx;
  readonly takeOut: TakeOut;
  readonly #unwanted = new Map<number, Map<string, Gathered>>();

  constructor(tx: SystemTx, takeOut: TakeOut) {
    this.#tx = tx;
    this.takeOut = takeOut;
  }

  add(deliveryId: number, account: AccountOfChannel, words: Words): void {
    const ofDelivery = this.#unwanted.get(deliveryId) ?? new Map<string, Gathered>();
    this.#unwanted.set(deliveryId, ofDelivery);
    const { channel, nativeId: accountNativeId } = account;
    const nothing = { channel, accountNativeId, nativeIds: new Set<string>(), senders: new Map<string, number>() };
    const gathered = ofDelivery.get(account.id) ?? nothing;
    ofDelivery.set(account.id, gathered);
    if ('nativeId' in words) gathered.nativeIds.add(words.nativeId);
    else gathered.senders.set(words.senderId, Math.max(words.until, gathered.senders.get(words.senderId) ?? 0));
  }

  /** How many deliveries were rewritten. */
  async finish(): Promise<number> {
    let rewritten = 0;
    for (const [deliveryId, unwanted] of this.#unwanted) {
      const body = await readBody(this.#tx, deliveryId);
      const taken = body === null ? null : this.takeOut(body, [...unwanted.values()]);
      if (taken === null) continue;
      await replaceBody(this.#tx, deliveryId, taken.body);
      rewritten += 1;
    }
    this.#unwanted.clear();
    return rewritten;
  }
}

type Gathered = Unwanted & { readonly nativeIds: Set<string>; readonly senders: Map<string, number> };

/**
 * Notes that this delivery carries words of the message too: a second copy, an edit, or an echo (noted `always`, because its row may
 * be replaced by that of our own reply). Returns whether they were taken back already.
 */
export async function noteWords(
  tx: AgencyTx,
  { id: accountId, deliveryId }: AccountRef,
  nativeId: string,
  always: boolean,
): Promise<'kept' | 'taken_back'> {
  const message = await tx.get<{ deliveryId: number | null; unsentAt: number | null }>(
    `select delivery_id as "deliveryId", unsent_at as "unsentAt" from messages
     where agency_id = :agency and account_id = :accountId and native_message_id = :nativeId`,
    { accountId, nativeId },
  );
  if (deliveryId !== null && (always || message?.deliveryId !== deliveryId)) {
    await tx.run(
      `insert into delivery_items (agency_id, account_id, native_id, delivery_id)
       values (:agency, :accountId, :nativeId, :deliveryId) on conflict do nothing`,
      { accountId, nativeId, deliveryId },
    );
  }
  const takenBackAt =
    message === undefined ? await forgottenAt(tx, 'unsent', subjectOfMessage(accountId, nativeId)) : message.unsentAt;
  return typeof takenBackAt === 'number' ? 'taken_back' : 'kept';
}

/** The deliveries whose bytes carry words of the message. */
export async function deliveriesWithWords(tx: AgencyTx, accountId: string, nativeId: string): Promise<number[]> {
  const rows = await tx.all<{ id: number }>(
    `select delivery_id as id from messages
     where agency_id = :agency and account_id = :accountId and native_message_id = :nativeId and delivery_id is not null
     union
     select delivery_id as id from delivery_items where agency_id = :agency and account_id = :accountId and native_id = :nativeId`,
    { accountId, nativeId },
  );
  return rows.map(({ id }) => id);
}

/** Messages that were taken back although this delivery still carries their words; even those of which only an edit has come. */
export async function takenBackIn(
  tx: AgencyTx,
  deliveryId: number,
): Promise<{ accountId: string; nativeId: string }[]> {
  return tx.all(
    `select account_id as "accountId", native_message_id as "nativeId" from messages
     where agency_id = :agency and delivery_id = :deliveryId and unsent_at is not null and native_message_id is not null
     union
     select i.account_id as "accountId", i.native_id as "nativeId" from delivery_items i
     join messages m on m.agency_id = i.agency_id and m.account_id = i.account_id and m.native_message_id = i.native_id
     where i.agency_id = :agency and i.delivery_id = :deliveryId and m.unsent_at is not null
     union
     select i.account_id as "accountId", i.native_id as "nativeId" from delivery_items i
     join forgotten f on f.agency_id = i.agency_id and f.kind = 'unsent' and f.subject = i.account_id || ' ' || i.native_id
     where i.agency_id = :agency and i.delivery_id = :deliveryId
       and not exists (select 1 from messages k where k.agency_id = i.agency_id and k.account_id = i.account_id
         and k.native_message_id = i.native_id)`,
    { deliveryId },
  );
}
