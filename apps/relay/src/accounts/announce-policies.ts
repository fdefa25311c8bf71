import type { ChannelPolicy } from '@transom/shared';
import { type AgencyWork, inWork } from '../ledger/agency-work.ts';
import { readPolicy } from '../ledger/documents/policy.ts';
import type { AgencyTx, Store } from '../store/port.ts';

/**
 * Tells desks the current rules: each account whose rules differ from its channel's gets them, as a change on the feed. Called at startup,
 * because rules change with a release. The announced rules are stored with the account, so that a start without changes announces nothing,
 * and one that was cut off continues the next time.
 */
export async function announcePolicies(
  store: Store,
  policies: Readonly<Record<string, ChannelPolicy>>,
  now: number,
): Promise<void> {
  const agencies = await store.read((tx) => tx.all<{ id: string }>(`select id from agencies`));
  for (const { id } of agencies) {
    const agency = store.forAgency(id);
    if ((await agency.read((tx) => findOutdated(tx, policies))).length === 0) continue;
    await inWork(
      agency,
      () => now,
      async (work) => {
        for (const account of await findOutdated(work.tx, policies)) await announcePolicy(work, account);
      },
    );
  }
}

type Outdated = { readonly id: string; readonly told: string | null; readonly policy: ChannelPolicy };

async function findOutdated(tx: AgencyTx, policies: Readonly<Record<string, ChannelPolicy>>): Promise<Outdated[]> {
  const accounts = await tx.all<{ id: string; channel: string; told: string | null }>(
    `select id, channel, policy as told from accounts where agency_id = :agency order by created_at, id`,
  );
  return accounts.flatMap(({ id, channel, told }) => {
    const policy = policies[channel];
    // An account whose channel this relay no longer has keeps its rules.
    return policy === undefined || JSON.stringify(policy) === told ? [] : [{ id, told, policy }];
  });
}

async function announcePolicy(work: AgencyWork, { id, told, policy }: Outdated): Promise<void> {
  await work.tx.run(`update accounts set policy = :policy where agency_id = :agency and id = :id`, {
    id,
    policy: JSON.stringify(policy),
  });
  work.touch('account', id);
  const before = readPolicy(told)?.version;
  // The first time changes nothing: the same rules applied before they were sent to desks.
  if (before !== undefined) work.record('relay', 'account.policy_changed', id, { from: before, to: policy.version });
}
