import type { Channel } from '@transom/shared';
import { eraseContact, erasedId } from '../accounts/erase-contact.ts';
import { applyEvent } from '../inbox/apply-event.ts';
import { asHeard, timeOf, wordsOf } from '../inbox/events.ts';
import type { ReadDelivery } from '../intake/bring-in.ts';
import { findOwner } from '../intake/owner-of-account.ts';
import { type TakeOut, WordsTakenBack } from '../intake/words-taken-back.ts';
import { inWork } from '../ledger/agency-work.ts';
import type { AgencyStore, Store, SystemTx } from '../store/port.ts';
import { personOf } from './erased-people.ts';
import { finishErasures } from './erasures.ts';
import { forgottenAt, subjectOfMessage, subjectOfPerson } from './forgotten.ts';
import type { WrittenDown } from './forgotten-file.ts';

export type ApplyingDeps = {
  readonly store: Store;
  readonly normalize: (body: Buffer) => ReadDelivery;
  readonly takeOut: TakeOut;
};

/**
 * Forgets again what an older backup still contains: for `restore`, before the relay serves. Doing it twice does no harm. Agencies that the
 * backup does not contain are skipped.
 */
export async function applyForgotten(deps: ApplyingDeps, rows: readonly WrittenDown[], now: number): Promise<void> {
  const { store } = deps;
  const agencies = await store.read((tx) => tx.all<{ id: string }>(`select id from agencies`));
  for (const { id } of agencies) {
    const own = rows.filter(({ agencyId }) => agencyId === id);
    if (own.length === 0) continue;
    const agency = store.forAgency(id);
    await rememberAll(agency, own, now);
    await unsendAgain(agency, own, now);
    await revokeAgain(agency, own);
    await endGrantsAgain(agency, own);
    await eraseAgain(deps, agency, own);
  }
  await finishErasures(deps, () => now);
  if (rows.length > 0) await takeOutOfDeliveries(deps);
}

/** They came from the file, so they need not be copied to it. */
async function rememberAll(agency: AgencyStore, rows: readonly WrittenDown[], now: number): Promise<void> {
  await agency.write(async (tx) => {
    for (const { kind, subject, target, at } of rows) {
      await tx.run(
        `insert into forgotten (agency_id, kind, subject, target, at, copied_at) values (:agency, :kind, :subject, :target, :at, :now)
         on conflict (agency_id, kind, subject) do update set target = excluded.target, at = excluded.at, copied_at = excluded.copied_at
         where excluded.at >= forgotten.at`,
        { kind, subject, target, at, now },
      );
    }
  });
}

type KnownMessage = { readonly channel: Channel; readonly nativeAccountId: string; readonly kind: string };

async function unsendAgain(agency: AgencyStore, rows: readonly WrittenDown[], now: number): Promise<void> {
  await inWork(
    agency,
    () => now,
    async (work) => {
      for (const { kind, subject, at } of rows) {
        if (kind !== 'unsent') continue;
        const [accountId = ''] = subject.split(' ', 1);
        const nativeId = subject.slice(accountId.length + 1);
        const message = await work.tx.get<KnownMessage>(
          `select a.channel, a.native_id as "nativeAccountId", m.kind from messages m
         join accounts a on a.agency_id = m.agency_id and a.id = m.account_id
         where m.agency_id = :agency and m.account_id = :accountId and m.native_message_id = :nativeId and m.unsent_at is null`,
          { accountId, nativeId },
        );
        if (message === undefined) continue;
        const account = { id: accountId, channel: message.channel, deliveryId: null };
        const accountNativeId = message.nativeAccountId;
        await applyEvent(
          work,
          account,
          message.kind === 'comment'
            ? { kind: 'comment_changed', accountNativeId, commentId: nativeId, change: 'removed', text: null, at }
            : { kind: 'message_unsent', accountNativeId, nativeMessageId: nativeId, at },
        );
      }
    },
  );
}

/** Includes devices that the backup does not know yet: their desks must be told to erase what they have. */
async function revokeAgain(agency: AgencyStore, rows: readonly WrittenDown[]): Promise<void> {
  await agency.write(async (tx) => {
    for (const { kind, subject, target, at } of rows) {
      if (kind !== 'revoked' || target === null) continue;
      await tx.run(
        `update devices set revoked_at = :at where agency_id = :agency and id = :target and revoked_at is null`,
        { target, at },
      );
      await tx.run(
        `insert into device_tokens (token_hash, agency_id, device_id, revoked_at) values (:subject, :agency, :target, :at)
         on conflict (token_hash) do update set revoked_at = coalesce(device_tokens.revoked_at, excluded.revoked_at)`,
        { subject, target, at },
      );
    }
  });
}

async function endGrantsAgain(agency: AgencyStore, rows: readonly WrittenDown[]): Promise<void> {
  await agency.write(async (tx) => {
    for (const { kind, subject, target, at } of rows)
      if (kind === 'grant_ended')
        await tx.run(
          `update partner_grants set ended_by = :target, ended_at = :at
           where agency_id = :agency and id = :subject and ended_at is null`,
          { subject, target, at },
        );
  });
}

type Contact = {
  readonly id: string;
  readonly accountId: string;
  readonly senderId: string;
  readonly createdAt: number;
};

async function eraseAgain(deps: ApplyingDeps, agency: AgencyStore, rows: readonly WrittenDown[]): Promise<void> {
  const erased = new Map(rows.filter(({ kind }) => kind === 'erased').map((row) => [row.subject, row]));
  if (erased.size === 0) return;
  const contacts = await agency.read((tx) =>
    tx.all<Contact>(
      `select id, account_id as "accountId", sender_id as "senderId", created_at as "createdAt" from contacts where agency_id = :agency`,
    ),
  );
  for (const { id, accountId, senderId, createdAt } of contacts) {
    const row = erased.get(subjectOfPerson(accountId, senderId));
    // A contact created after that erasure is somebody new.
    const isMeant = row !== undefined && (row.target === id || createdAt <= row.at) && senderId !== erasedId(id);
    if (isMeant) await eraseContact(deps, agency.agencyId, id, 'operator', row.at);
  }
}

const deliveriesAtOnce = 200;

/** Covers stored webhooks that were never brought in, or that the backup cannot link to a message. */
async function takeOutOfDeliveries({ store, normalize, takeOut }: ApplyingDeps): Promise<void> {
  for (let after = 0; ; ) {
    const last = await store.write(async (tx) => {
      const rows = await tx.all<{ id: number; body: Buffer; receivedAt: number }>(
        `select id, body, received_at as "receivedAt" from deliveries where id > :after and length(body) > 0 order by id limit :limit`,
        { after, limit: deliveriesAtOnce },
      );
      const taken = new WordsTakenBack(tx, takeOut);
      for (const { id, body, receivedAt } of rows) {
        const read = normalize(body);
        if (read.ok) await gather(tx, taken, id, receivedAt, read);
      }
      await taken.finish();
      return rows.at(-1)?.id ?? null;
    });
    if (last === null) return;
    after = last;
  }
}

async function gather(
  tx: SystemTx,
  taken: WordsTakenBack,
  deliveryId: number,
  receivedAt: number,
  { channel, events }: Extract<ReadDelivery, { ok: true }>,
): Promise<void> {
  for (const each of events) {
    if (each.kind === 'unhandled' || channel === null) continue;
    const event = asHeard(each, receivedAt);
    const owner = await findOwner(tx, channel, event.accountNativeId);
    if (owner === null) continue;
    const { account } = owner;
    const agency = tx.forAgency(owner.agencyId);
    const nativeId = wordsOf(event);
    if (
      nativeId !== null &&
      (await forgottenAt(agency, 'unsent', subjectOfMessage(account.id, nativeId))) !== undefined
    )
      taken.add(deliveryId, account, { nativeId });
    const senderId = personOf(event);
    const erasedAt =
      senderId === null ? undefined : await forgottenAt(agency, 'erased', subjectOfPerson(account.id, senderId));
    if (senderId === null || erasedAt === undefined || (timeOf(event) ?? receivedAt) > erasedAt) continue;
    taken.add(deliveryId, account, nativeId === null ? { senderId, until: erasedAt } : { nativeId });
  }
}
