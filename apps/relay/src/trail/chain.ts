import { hash } from 'node:crypto';
import type { AgencyTx } from '../store/port.ts';

/** One entry of the audit trail. Ids, times, counts and codes; never what people wrote. */
export type TrailEntry = {
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
};

/** The hash of entry number `n`, over the hash before it: change or remove one row and every later hash is wrong. */
export function chainHash(prevHash: string, n: number, entry: TrailEntry): string {
  const { at, actor, action, target, detail } = entry;
  return hash('sha256', JSON.stringify([prevHash, n, at, actor, action, target, detail]));
}

export type TrailVerdict =
  | { readonly ok: true; readonly entries: number; readonly head: string }
  | { readonly ok: false; readonly brokenAt: number };

/** Walks the whole chain of one agency and says where it first breaks. */
export async function verifyTrail(tx: AgencyTx): Promise<TrailVerdict> {
  const pageRows = 1_000;
  let prevHash = '';
  let n = 0;
  for (;;) {
    const rows = await tx.all<{
      n: number;
      at: number;
      actor: string;
      action: string;
      target: string;
      detail: string;
      prevHash: string;
      hash: string;
    }>(
      `select n, at, actor, action, target, detail, prev_hash as "prevHash", hash from events where agency_id = :agency and n > :n order by n limit :pageRows`,
      { n, pageRows },
    );
    for (const row of rows) {
      const entry: TrailEntry = { ...row, detail: JSON.parse(row.detail) as TrailEntry['detail'] };
      const follows = row.n === n + 1 && row.prevHash === prevHash;
      if (!follows || chainHash(prevHash, row.n, entry) !== row.hash) return { ok: false, brokenAt: n + 1 };
      prevHash = row.hash;
      n = row.n;
    }
    if (rows.length < pageRows) break;
  }
  const head = await tx.get<{ audit_n: number; audit_hash: string }>(
    `select audit_n, audit_hash from agencies where id = :agency`,
  );
  if (head === undefined || head.audit_n !== n || head.audit_hash !== prevHash) return { ok: false, brokenAt: n + 1 };
  return { ok: true, entries: n, head: prevHash };
}
