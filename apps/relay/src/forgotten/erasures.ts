import { authorOfComment } from '../inbox/join-person.ts';
import { readBody, replaceBody } from '../intake/deliveries.ts';
import {
  type AccountOfChannel,
  deliveriesWithWords,
  type TakeOut,
  WordsTakenBack,
} from '../intake/words-taken-back.ts';
import { inWorkWithin } from '../ledger/agency-work.ts';
import { blanksFor, eraseMessage } from '../ledger/erase.ts';
import type { Store, SystemTx } from '../store/port.ts';
import { forgetEarlyEvents } from './erased-people.ts';
import { remember, subjectOfPerson } from './forgotten.ts';

/**
 * The second half of erasing a person: every copy of what they wrote, in small transactions between which everybody else is served.
 *
 *   messages ──▶ changes of the feed ──▶ kept deliveries ──▶ done: the row is deleted, and with it the person's id
 *
 * The row records the progress, so that a relay that was stopped midway continues there.
 */
type Erasure = {
  readonly contactId: string;
  readonly accountId: string;
  readonly senderId: string;
  readonly untilSeq: number;
  readonly untilDelivery: number;
  readonly afterMessage: string;
  readonly afterSentAt: number;
  readonly afterDelivery: number;
};
export type ErasingDeps = { readonly store: Store; readonly takeOut: TakeOut };

const rowsAtOnce = 50;
const biteMs = 5;

export async function readErasure(store: Store, agencyId: string, contactId: string): Promise<Erasure | null> {
  const found = await store.forAgency(agencyId).read((tx) =>
    tx.get<Erasure>(`select ${columns} from erasures where agency_id = :agency and contact_id = :contactId`, {
      contactId,
    }),
  );
  return found ?? null;
}
const columns = `contact_id as "contactId", account_id as "accountId", sender_id as "senderId", until_seq as "untilSeq",
  until_delivery as "untilDelivery", after_message as "afterMessage", after_sent_at as "afterSentAt", after_delivery as "afterDelivery"`;

/** Finishes what an earlier process began. */
export async function finishErasures(deps: ErasingDeps, now: () => number): Promise<void> {
  const { store } = deps;
  let any = false;
  for (const { id: agencyId } of await store.read((tx) => tx.all<{ id: string }>(`select id from agencies`))) {
    for (;;) {
      const erasure = await store
        .forAgency(agencyId)
        .read((tx) => tx.get<Erasure>(`select ${columns} from erasures where agency_id = :agency limit 1`));
      if (erasure === undefined) break;
      any = true;
      await eraseNextStep(deps, agencyId, erasure, now());
    }
  }
  if (any) await store.forgetRemoved();
}

/** Runs one of the small transactions. */
export async function eraseNextStep(
  { store, takeOut }: ErasingDeps,
  agencyId: string,
  erasure: Erasure,
  now: number,
): Promise<{ messages: number; deliveries: number }> {
  return store.write(async (system) => {
    const taken = new WordsTakenBack(system, takeOut);
    const bite = new Bite(system, agencyId, erasure, now, taken);
    const messages = await bite.eraseMessages();
    let deliveries = 0;
    if (messages === 0 && (await bite.eraseChanges()) === 0) deliveries = await bite.eraseDeliveries();
    return { messages, deliveries: deliveries + (await taken.finish()) };
  });
}

class Bite {
  readonly #system: SystemTx;
  readonly #agencyId: string;
  readonly #erasure: Erasure;
  readonly #now: number;
  readonly #taken: WordsTakenBack;

  constructor(system: SystemTx, agencyId: string, erasure: Erasure, now: number, taken: WordsTakenBack) {
    this.#system = system;
    this.#agencyId = agencyId;
    this.#erasure = erasure;
    this.#now = now;
    this.#taken = taken;
  }

  /** Erases the next messages of the person's threads, their changes, and their words in deliveries; returns how many messages. */
  async eraseMessages(): Promise<number> {
    const { afterSentAt, afterMessage, accountId, contactId } = this.#erasure;
    const tx = this.#system.forAgency(this.#agencyId);
    const messages = await tx.all<{ id: string; nativeId: string | null; sentAt: number; kind: string }>(
      `select m.id, m.native_message_id as "nativeId", m.sent_at as "sentAt", m.kind from conversations c
       join messages m on m.agency_id = c.agency_id and m.conversation_id = c.id
       where c.agency_id = :agency and c.account_id = :accountId and c.contact_id = :contactId and (m.sent_at, m.id) > (:afterSentAt, :afterMessage)
       order by m.sent_at, m.id limit :rowsAtOnce`,
      { accountId, contactId, afterSentAt, afterMessage, rowsAtOnce },
    );
    const last = messages.at(-1);
    if (last === undefined) return 0;
    const account = await this.#account();
    await inWorkWithin(tx, this.#now, async (work) => {
      for (const { id, nativeId, kind } of messages) {
        await eraseMessage(work, id);
        await tx.run(
          `update changes set body = ${blanksFor('body')} where agency_id = :agency and entity = 'message' and entity_id = :id`,
          { id },
        );
        // An old change without a body reads as "gone"; the change that follows carries the empty document.
        await tx.run(
          `update changes set body = null where agency_id = :agency and entity = 'message' and entity_id = :id`,
          { id },
        );
        if (nativeId === null || account === undefined) continue;
        if (kind === 'comment') await this.#forgetAuthorOf(nativeId);
        for (const deliveryId of await deliveriesWithWords(tx, accountId, nativeId))
          this.#taken.add(deliveryId, account, { nativeId });
        await forgetEarlyEvents(tx, accountId, nativeId);
      }
    });
    await this.#note(`after_sent_at = :sentAt, after_message = :id`, { sentAt: last.sentAt, id: last.id });
    return messages.length;
  }

  /** A backup may be from before we learned whose comment this is: there it belongs to an unknown author. */
  async #forgetAuthorOf(commentId: string): Promise<void> {
    const { accountId, contactId } = this.#erasure;
    const subject = subjectOfPerson(accountId, authorOfComment(commentId));
    const about = { kind: 'erased', subject, target: contactId, at: this.#now } as const;
    await remember(this.#system.forAgency(this.#agencyId), about);
  }

  /** Erases old documents of the person's conversations; returns how many. */
  async eraseChanges(): Promise<number> {
    const { accountId, contactId, untilSeq } = this.#erasure;
    const tx = this.#system.forAgency(this.#agencyId);
    const changes = await tx.all<{ seq: number }>(
      `select h.seq from conversations c
       join changes h on h.agency_id = c.agency_id and h.entity_id = c.id
       where c.agency_id = :agency and c.account_id = :accountId and c.contact_id = :contactId
         and h.seq <= :untilSeq and h.body is not null limit :rowsAtOnce`,
      { accountId, contactId, untilSeq, rowsAtOnce },
    );
    for (const { seq } of changes) {
      await tx.run(`update changes set body = ${blanksFor('body')} where agency_id = :agency and seq = :seq`, { seq });
      await tx.run(`update changes set body = null where agency_id = :agency and seq = :seq`, { seq });
    }
    return changes.length;
  }

  /** Removes everything else that names the person from kept deliveries, in any state; returns how many were changed. */
  async eraseDeliveries(): Promise<number> {
    const { senderId, afterDelivery, untilDelivery } = this.#erasure;
    const account = await this.#account();
    const until = performance.now() + biteMs;
    let after = account === undefined ? untilDelivery : afterDelivery;
    const unwanted = {
      channel: account?.channel ?? 'internal',
      accountNativeId: account?.nativeId ?? '',
      nativeIds: new Set<string>(),
      senders: new Map([[senderId, Number.POSITIVE_INFINITY]]),
    };
    let changed = 0;
    while (after < untilDelivery && performance.now() < until) {
      const next = await this.#system.get<{ id: number; names: number }>(
        `select id, instr(body, :sender) as names from deliveries where id > :after and id <= :until order by id limit 1`,
        { sender: Buffer.from(senderId), after, until: untilDelivery },
      );
      after = next?.id ?? untilDelivery;
      if (next === undefined || next.names === 0) continue;
      const body = await readBody(this.#system, next.id);
      const taken = body === null ? null : this.#taken.takeOut(body, [unwanted]);
      if (taken === null) continue;
      changed += 1;
      await replaceBody(this.#system, next.id, taken.body);
      const tx = this.#system.forAgency(this.#agencyId);
      for (const nativeId of taken.nativeIds) await forgetEarlyEvents(tx, this.#erasure.accountId, nativeId);
    }
    if (after < untilDelivery) await this.#note(`after_delivery = :after`, { after });
    else await this.#end();
    return changed;
  }

  async #account(): Promise<AccountOfChannel | undefined> {
    return this.#system
      .forAgency(this.#agencyId)
      .get<AccountOfChannel>(
        `select id, channel, native_id as "nativeId" from accounts where agency_id = :agency and id = :accountId`,
        { accountId: this.#erasure.accountId },
      );
  }

  async #note(progress: string, params: Record<string, string | number>): Promise<void> {
    await this.#system
      .forAgency(this.#agencyId)
      .run(`update erasures set ${progress} where agency_id = :agency and contact_id = :contactId`, {
        ...params,
        contactId: this.#erasure.contactId,
      });
  }

  async #end(): Promise<void> {
    const { contactId } = this.#erasure;
    await this.#system
      .forAgency(this.#agencyId)
      .run(`delete from erasures where agency_id = :agency and contact_id = :contactId`, { contactId });
  }
}
