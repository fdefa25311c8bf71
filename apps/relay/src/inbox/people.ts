import type { Person } from '@transom/shared';
import type { AgencyTx } from '../store/port.ts';

export async function readPerson(tx: AgencyTx, id: string): Promise<Person | null> {
  const person = await tx.get<Person>(`select id, name, role from people where agency_id = :agency and id = :id`, {
    id,
  });
  return person ?? null;
}
