import { type Account, type Agency, because } from '@transom/shared';
import type { AgencyTx } from '../../store/port.ts';
import { readPolicy } from './policy.ts';

export async function readAgency(tx: AgencyTx): Promise<Agency> {
  const agency = await tx.get<Agency>(`select id, name, plan from agencies where id = :agency`);
  if (agency === undefined) throw new Error(`There is no agency ${tx.agencyId}.`);
  return agency;
}

type AccountRow = {
  id: string;
  channel: Account['channel'];
  name: string;
  username: string | null;
  state: Account['state'];
  human_agent_approved: number;
  trouble_code: string | null;
  trouble_since: number | null;
  policy: string | null;
};
const accountColumns = 'id, channel, name, username, state, human_agent_approved, trouble_code, trouble_since, policy';

export async function readAccount(tx: AgencyTx, id: string, rev: number): Promise<Account | null> {
  const row = await tx.get<AccountRow>(
    `select ${accountColumns} from accounts where agency_id = :agency and id = :id`,
    { id },
  );
  return row === undefined ? null : asAccount(row, rev);
}

export async function listAccounts(tx: AgencyTx, rev: number): Promise<Account[]> {
  const rows = await tx.all<AccountRow>(
    `select ${accountColumns} from accounts where agency_id = :agency order by created_at, id`,
  );
  return rows.map((row) => asAccount(row, rev));
}

function asAccount(
  { human_agent_approved, trouble_code, trouble_since, policy, ...row }: AccountRow,
  rev: number,
): Account {
  return {
    ...row,
    rev,
    humanAgentApproved: human_agent_approved === 1,
    trouble: troubleOf(trouble_code, trouble_since),
    policy: readPolicy(policy),
  };
}

function troubleOf(code: string | null, sinceAt: number | null): Account['trouble'] {
  if (code === null || sinceAt === null) return null;
  // The same code means something else for an account than for one of its messages.
  return { ...(code === 'calls_refused' ? because('calls_refused.account') : { code }), sinceAt };
}
