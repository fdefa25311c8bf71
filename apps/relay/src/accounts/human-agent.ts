import { type CommandAnswer, type CommandOf, refuse } from '@transom/shared';
import type { Actor } from '../inbox/actor.ts';
import { done } from '../inbox/inbox.ts';
import type { AgencyWork } from '../ledger/agency-work.ts';

/**
 * Notes whether Meta granted this account's app the Human Agent feature. With it, a person may answer for seven days instead of one; if it
 * is noted but was not granted, Meta refuses such answers. Returns false if there is no such account.
 */
export async function setHumanAgent(
  work: AgencyWork,
  accountId: string,
  approved: boolean,
  by: string,
): Promise<boolean> {
  const account = await work.tx.get<{ approved: number }>(
    `select human_agent_approved as approved from accounts where agency_id = :agency and id = :accountId`,
    { accountId },
  );
  if (account === undefined) return false;
  if ((account.approved === 1) === approved) return true;
  await work.tx.run(
    `update accounts set human_agent_approved = :approved where agency_id = :agency and id = :accountId`,
    { accountId, approved: approved ? 1 : 0 },
  );
  work.touch('account', accountId);
  work.record(by, 'account.human_agent_set', accountId, { approved });
  return true;
}

/** The owner's command at the desk. */
export async function noteHumanAgent(
  work: AgencyWork,
  { person }: Actor,
  { accountId, approved }: CommandOf<'account.human_agent'>,
): Promise<CommandAnswer> {
  const isThere = await setHumanAgent(work, accountId, approved, person.id);
  return isThere ? done : { ok: false, refusal: refuse('not_found.account') };
}
