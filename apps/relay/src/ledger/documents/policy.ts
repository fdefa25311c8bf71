import { type ChannelPolicy, channelPolicySchema, policyOf } from '@transom/shared';
import type { AgencyTx } from '../../store/port.ts';

/** Parsed policies by their stored text. Accounts share them: there are only as many texts as channels have had versions. */
const read = new Map<string, ChannelPolicy | null>();

/** A stored policy; null if there is none yet, or none that this relay can read. */
export function readPolicy(stored: string | null): ChannelPolicy | null {
  if (stored === null) return null;
  const known = read.get(stored);
  if (known !== undefined) return known;
  const parsed = channelPolicySchema.safeParse(JSON.parse(stored));
  const policy = parsed.success ? parsed.data : null;
  read.set(stored, policy);
  return policy;
}

/** The rules that apply to this account. */
export async function policyOfAccount(
  tx: AgencyTx,
  { id, channel }: { readonly id: string; readonly channel: string },
): Promise<ChannelPolicy> {
  const account = await tx.get<{ policy: string | null }>(
    `select policy from accounts where agency_id = :agency and id = :id`,
    { id },
  );
  return policyOf({ channel, policy: readPolicy(account?.policy ?? null) });
}
