import type { Agency, Person } from '@transom/shared';
import type { Db } from '../open.ts';

/** Drafts, seen marks, warnings given, and who this device is. The token is not here: it is in the keychain. */
export type Identity = {
  readonly relayUrl: string;
  readonly deviceId: string;
  /** Null until the relay's first hello. */
  readonly agency: Agency | null;
  readonly person: Person;
};

export function localQueries(db: Db) {
  const draft = db.prepare<[string], string>('SELECT text FROM local.drafts WHERE conversation_id = ?').pluck();
  const putDraft = db.prepare('INSERT INTO local.drafts VALUES (?, ?) ON CONFLICT DO UPDATE SET text = excluded.text');
  const dropDraft = db.prepare('DELETE FROM local.drafts WHERE conversation_id = ?');
  const markSeen = db.prepare(
    'INSERT INTO local.seen VALUES (?, ?) ON CONFLICT DO UPDATE SET seen_at = max(seen_at, excluded.seen_at)',
  );
  const warned = db.prepare<[string], number>('SELECT open_until FROM local.warned WHERE conversation_id = ?').pluck();
  const markWarned = db.prepare(
    'INSERT INTO local.warned VALUES (?, ?) ON CONFLICT DO UPDATE SET open_until = excluded.open_until',
  );
  const forgetWarned = db.prepare('DELETE FROM local.warned WHERE open_until < ?');
  const markDamaged = db.prepare(`INSERT INTO local.settings VALUES ('cache_damaged', '1') ON CONFLICT DO NOTHING`);
  const identity = db.prepare<[], { relay_url: string; device_id: string; agency: string | null; person: string }>(
    'SELECT relay_url, device_id, agency, person FROM local.identity',
  );
  const putIdentity = db.prepare(
    'INSERT OR REPLACE INTO local.identity VALUES (1, @relayUrl, @deviceId, @agency, @person)',
  );
  const dropIdentity = db.prepare('DELETE FROM local.identity');
  return {
    draft: (conversationId: string) => draft.get(conversationId) ?? '',
    putDraft: (conversationId: string, text: string) =>
      void (text === '' ? dropDraft.run(conversationId) : putDraft.run(conversationId, text)),
    markSeen: (conversationId: string, seenAt: number) => void markSeen.run(conversationId, seenAt),
    wasWarned: (conversationId: string, openUntil: number) => warned.get(conversationId) === openUntil,
    markWarned: (conversationId: string, openUntil: number) => void markWarned.run(conversationId, openUntil),
    forgetWarnings: (before: number) => void forgetWarned.run(before),
    /** The next start moves cache.db aside and fills a new one. */
    markCacheDamaged: () => void markDamaged.run(),
    identity(): Identity | null {
      const found = identity.get();
      if (found === undefined) return null;
      return {
        relayUrl: found.relay_url,
        deviceId: found.device_id,
        agency: found.agency === null ? null : (JSON.parse(found.agency) as Agency),
        person: JSON.parse(found.person) as Person,
      };
    },
    putIdentity({ agency, person, ...rest }: Identity): void {
      putIdentity.run({
        ...rest,
        agency: agency === null ? null : JSON.stringify(agency),
        person: JSON.stringify(person),
      });
    },
    dropIdentity: () => void dropIdentity.run(),
  };
}
