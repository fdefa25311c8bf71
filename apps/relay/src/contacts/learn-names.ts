import { dayMs } from '@transom/shared';
import { AgencyRounds } from '../agency-rounds.ts';
import { AgencyWork } from '../inbox/agency-work.ts';
import { rememberNames } from '../inbox/contacts.ts';
import type { SenderDeps } from '../outbound/sender.ts';
import type { AgencyStore, AgencyTx } from '../store/port.ts';

/** Meta does not say in a message who wrote. The name is asked for afterwards, once a day at most, and may stay unknown. */
const askAgainMs = dayMs;
const pollMs = 60_000;
const atOnce = 4;

type Nameless = {
  readonly contactId: string;
  readonly accountId: string;
  readonly senderId: string;
  readonly conversationId: string;
};

/** Looks up the names of people who wrote. The text is safe before; a look-up that fails hurts nothing. */
export function createNameLearner(deps: SenderDeps): AgencyRounds {
  return new AgencyRounds({ store: deps.store, log: deps.log, pollMs, round: (agency) => learnNames(deps, agency) });
}

async function learnNames(deps: SenderDeps, agency: AgencyStore): Promise<void> {
  for (;;) {
    const nameless = await takeNameless(agency, deps.clock());
    if (nameless.length === 0) return;
    await Promise.all(nameless.map((contact) => learnName(deps, agency, contact)));
  }
}

/** Contacts without a name that were not asked for lately. Noted as asked before the call, so that a crash does not ask again. */
async function takeNameless(agency: AgencyStore, now: number): Promise<Nameless[]> {
  if ((await agency.read((tx) => findNameless(tx, now, 1))).length === 0) return [];
  return agency.write(async (tx) => {
    const rows = await findNameless(tx, now, atOnce);
    for (const { contactId } of rows) {
      await tx.run(`update contacts set name_asked_at = :now where agency_id = :agency and id = :contactId`, {
        now,
        contactId,
      });
    }
    return rows;
  });
}

function findNameless(tx: AgencyTx, now: number, limit: number): Promise<Nameless[]> {
  return tx.all<Nameless>(
    `select t.id as "contactId", t.account_id as "accountId", t.sender_id as "senderId", c.id as "conversationId"
     from contacts t
     join accounts a on a.agency_id = t.agency_id and a.id = t.account_id and a.state = 'connected'
     join conversations c on c.agency_id = t.agency_id and c.account_id = t.account_id and c.contact_id = t.id
     where t.agency_id = :agency and t.name is null and t.username is null and t.wrote = 1 and t.name_asked_at < :before
     limit :limit`,
    { before: now - askAgainMs, limit },
  );
}

async function learnName(deps: SenderDeps, agency: AgencyStore, contact: Nameless): Promise<void> {
  const account = await agency.read((tx) => deps.openAccount(tx, contact.accountId));
  const profile = account === null ? null : await deps.channels.readProfile(account, contact.senderId);
  if (profile === null) return;
  await agency.write(async (tx) => {
    // Meta was asked while others went on: the person may have been erased meanwhile.
    const same = await tx.get(
      `select 1 from contacts where agency_id = :agency and id = :contactId and sender_id = :senderId`,
      { contactId: contact.contactId, senderId: contact.senderId },
    );
    if (same === undefined) return;
    const work = new AgencyWork(tx, deps.clock());
    if (await rememberNames(tx, contact.contactId, profile)) work.touch('conversation', contact.conversationId);
    await work.finish();
  });
  deps.onCommitted(agency.agencyId);
}
