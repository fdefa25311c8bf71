import { newId, type Plan } from '@transom/shared';
import { inWorkWithin } from '../ledger/agency-work.ts';
import type { Store } from '../store/port.ts';
import type { Vault } from '../vault/vault.ts';
import { makeCode, ownerCodeLifeMs } from './codes.ts';

/** A new agency with its data key, and the one code that makes its first owner. */
export function createAgency(
  { store, vault }: { store: Store; vault: Vault },
  agency: { name: string; plan: Plan },
  now: number,
): Promise<{ agencyId: string; ownerCode: string; expiresAt: number }> {
  return store.write(async (tx) => {
    const agencyId = newId();
    await tx.run(
      `insert into agencies (id, name, plan, epoch, data_key, created_at) values (:id, :name, :plan, :epoch, :dataKey, :now)`,
      { id: agencyId, ...agency, epoch: newId(), dataKey: vault.newDataKey(agencyId), now },
    );
    const { code, expiresAt } = await inWorkWithin(tx.forAgency(agencyId), now, (work) => {
      work.touch('agency', agencyId);
      work.record('operator', 'agency.founded', agencyId, { plan: agency.plan });
      return makeCode(work, { role: 'owner', personId: null, lifeMs: ownerCodeLifeMs, by: 'operator' });
    });
    return { agencyId, ownerCode: code, expiresAt };
  });
}
