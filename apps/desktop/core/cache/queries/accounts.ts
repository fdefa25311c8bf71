import { type Account, type AccountRules, accountSchema } from '@transom/shared';
import type { Db } from '../open.ts';
import { readStored, type Stored, toStore } from '../stored-document.ts';
import type { Contents } from './contents.ts';

export function accountQueries(db: Db, contents: Contents) {
  const byId = db.prepare<[string], Stored & { rev: number }>('SELECT rev, document, sum FROM accounts WHERE id = ?');
  const upsert = db.prepare(
    `INSERT INTO accounts (id, rev, document, sum) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET rev = excluded.rev, document = excluded.document, sum = excluded.sum`,
  );
  const remove = db.prepare('DELETE FROM accounts WHERE id = ?');
  const all = db.prepare<[], Stored>('SELECT document, sum FROM accounts ORDER BY id');
  const lastRead = new Map<string, { readonly stored: Stored; readonly account: Account }>();
  return {
    /** False when the cache has this revision or a newer one. */
    put(account: Account, asItCame: unknown = account): boolean {
      const held = byId.get(account.id);
      if (held !== undefined && held.rev >= account.rev) return false;
      const { document, sum } = toStore(asItCame, account);
      upsert.run(account.id, account.rev, document, sum);
      contents.note('accounts', account.id, held === undefined ? null : (held.sum ?? 0), sum);
      return true;
    },
    remove(id: string): boolean {
      const held = byId.get(id);
      if (held === undefined) return false;
      remove.run(id);
      contents.note('accounts', id, held.sum ?? 0, null);
      return true;
    },
    revision: (id: string): number | null => byId.get(id)?.rev ?? null,
    /** Null while the account is not known here. Called for every row that is placed. */
    rules(id: string): AccountRules | null {
      const held = byId.get(id);
      if (held === undefined) return null;
      const last = lastRead.get(id);
      if (last?.stored.document === held.document && last.stored.sum === held.sum) return last.account;
      const account = readStored(accountSchema, held);
      lastRead.set(id, { stored: held, account });
      return account;
    },
    list: () => all.all().map((stored) => readStored(accountSchema, stored)),
  };
}
