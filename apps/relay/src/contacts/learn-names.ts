import { dayMs } from '@transom/shared';
import { AgencyRounds } from '../agency-rounds.ts';
import { rememberNames } from '../inbox/contacts.ts';
import { inWork } from '../ledger/agency-work.ts';
import { clearTrouble } from '../outbound/account-answers.ts';
import type { AccountSlots } from '../outbound/attempts.ts';
import { CallSlots, type SlotLimits } from '../outbound/call-slots.ts';
import type { SenderDeps } from '../outbound/sender.ts';
import type { AgencyStore, AgencyTx } from '../store/port.ts';

/**
 * Meta's messages do not name their sender, and a comment gives only the username. We ask for the name once they have written, at most once
 * a day; it may stay unknown.
 */
const askAgainMs = dayMs;
/** Some people have a username and no name; Meta would say so every day. */
const namelessForMs = 30 * dayMs;
const pollMs = 60_000;
/** An account that hangs does not delay the names of another one. */
const limits: SlotLimits = { account: 2, agency: 8, total: 32 };

type Nameless = {
  readonly contactId: string;
  readonly accountId: string;
  readonly senderId: string;
  readonly conversationId: string;
};

type NameLearnerDeps = Omit<SenderDeps, 'aheadOfMeta'>;

/** Looks up the names of people who wrote. Their messages are stored already, so a look-up that fails does no harm. */
export function createNameLearner(deps: NameLearnerDeps) {
  const { store, log, clock } = deps;
  const rounds = new AgencyRounds({ store, log, pollMs, round: startLookUps });
  const slots = new CallSlots(limits, (agencyId) => rounds.poke(agencyId));

  async function startLookUps(agency: AgencyStore): Promise<void> {
    const { agencyId } = agency;
    const nameless = await takeNameless(agency, clock(), {
      isFree: (accountId) => slots.isFree(agencyId, accountId),
      take: (accountId) => slots.take(agencyId, accountId),
      give: (accountId) => slots.give(agencyId, accountId),
    });
    for (const contact of nameless) {
      slots.run(agencyId, contact.accountId, async () => {
        await learnName(deps, agency, contact).catch((error: unknown) =>
          log.error({ contactId: contact.contactId, err: error }, 'a name could not be looked up'),
        );
        return true;
      });
    }
  }

  return {
    start: () => rounds.start(),
    poke: (agencyId: string) => rounds.poke(agencyId),
    async close(): Promise<void> {
      await rounds.close();
      await slots.ended();
    },
  };
}

/** Contacts without a name that have not been looked up lately. Noted before the call, so that a crash does not repeat it. */
async function takeNameless(agency: AgencyStore, now: number, slots: AccountSlots): Promise<Nameless[]> {
  if ((await agency.read((tx) => findNameless(tx, now, slots, 1))).length === 0) return [];
  const taken: Nameless[] = [];
  try {
    await agency.write(async (tx) => {
      // Left over from an abandoned attempt: this one starts over.
      for (const { accountId } of taken.splice(0)) slots.give(accountId);
      for (const contact of await findNameless(tx, now, slots, limits.account)) {
        if (!slots.take(contact.accountId)) continue;
        taken.push(contact);
        await tx.run(`update contacts set name_asked_at = :now where agency_id = :agency and id = :contactId`, {
          now,
          contactId: contact.contactId,
        });
      }
    });
  } catch (error) {
    for (const { accountId } of taken) slots.give(accountId);
    throw error;
  }
  return taken;
}

async function findNameless(tx: AgencyTx, now: number, slots: AccountSlots, limit: number): Promise<Nameless[]> {
  const found: Nameless[] = [];
  const accounts = await tx.all<{ id: string }>(
    `select id from accounts where agency_id = :agency and state = 'connected'`,
  );
  for (const { id } of accounts) {
    if (slots.isFree(id)) found.push(...(await findNamelessOf(tx, id, now, limit)));
  }
  return found;
}

function findNamelessOf(tx: AgencyTx, accountId: string, now: number, limit: number): Promise<Nameless[]> {
  return tx.all<Nameless>(
    `select t.id as "contactId", t.account_id as "accountId", t.sender_id as "senderId", c.id as "conversationId"
     from contacts t
     join conversations c on c.agency_id = t.agency_id and c.account_id = t.account_id and c.contact_id = t.id
     where t.agency_id = :agency and t.account_id = :accountId and t.name is null and t.wrote = 1
       and t.name_asked_at < :before
     limit :limit`,
    { accountId, before: now - askAgainMs, limit },
  );
}

async function learnName(deps: NameLearnerDeps, agency: AgencyStore, contact: Nameless): Promise<void> {
  const account = await agency.read((tx) => deps.openAccount(tx, contact.accountId));
  const profile = account === null ? null : await deps.channels.readProfile(account, contact.senderId);
  if (profile === null) return;
  await inWork(agency, deps.clock, async (work) => {
    const { tx } = work;
    // The person may have been erased during the call to Meta.
    const same = await tx.get(
      `select 1 from contacts where agency_id = :agency and id = :contactId and sender_id = :senderId`,
      { contactId: contact.contactId, senderId: contact.senderId },
    );
    if (same === undefined) return;
    await clearTrouble(work, contact.accountId, 'read');
    if (await rememberNames(tx, contact.contactId, profile)) work.touch('conversation', contact.conversationId);
    if (profile.name === null && profile.username !== null)
      await tx.run(`update contacts set name_asked_at = :at where agency_id = :agency and id = :contactId`, {
        contactId: contact.contactId,
        at: work.now + namelessForMs - askAgainMs,
      });
  });
  deps.onCommitted(agency.agencyId);
}
