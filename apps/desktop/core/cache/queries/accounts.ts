import type { Account } from '@transom/shared';
import type { Db } from '../open.ts';

export function accountQueries(db: Db) {
  const revOf = db.prepare<[string], number>('SELECT rev FROM accounts WHERE id = ?').pluck();
  const upsert = db.prepare(
    'INSERT INTO accounts VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET rev = excluded.rev, document = excluded.document',
  );
  const remove = db.prepare('DELETE FROM accounts WHERE id = ?');
  const approved = db
    .prepare<[string], number>(`SELECT document ->> 'humanAgentApproved' FROM accounts WHERE id = ?`)
    .pluck();
  const all = db.prepare<[], string>('SELECT document FROM accounts ORDER BY id').pluck();
  return {
    /** False when the cache has this revision or a newer one. */
    put(account: Account): boolean {
      if ((revOf.get(account.id) ?? -Infinity) >= account.rev) return false;
      upsert.run(account.id, account.rev, JSON.stringify(account));
      return true;
    },
    remove: (id: string) => remove.run(id).changes > 0,
    isHumanAgentApproved: (id: string) => approved.get(id) === 1,
    list: () => all.all().map((document) => JSON.parse(document) as Account),
  };
}
