import type { Draft, DraftTab } from '../../../contract/views.ts';
import type { Identity } from '../../identities/identities.ts';
import type { Db } from '../open.ts';

/** Drafts, seen marks, warnings given, and the device that all this belongs to. */
export type PlacedDraft = { readonly conversationId: string; readonly tab: DraftTab; readonly draft: Draft };

/** A reply that is being taken back from the relay, and whether its words become a draft again. */
export type Withdrawal = {
  readonly messageId: string;
  readonly commandId: string;
  readonly conversationId: string;
  readonly tab: DraftTab;
  /** The comment that a private reply answers. */
  readonly commentId: string | null;
  readonly text: string;
  readonly isKept: boolean;
  /** The relay said no: it is asked again only when a person asks again. */
  readonly isRefused: boolean;
};

export function localQueries(db: Db) {
  const draft = db.prepare<[string, DraftTab], Draft>(
    'SELECT text, rev FROM local.drafts WHERE conversation_id = ? AND tab = ?',
  );
  const putDraft = db.prepare(
    'INSERT INTO local.drafts VALUES (@conversationId, @tab, @text, 1) ON CONFLICT DO UPDATE SET text = excluded.text, rev = rev + 1',
  );
  const markSeen = db.prepare(
    'INSERT INTO local.seen VALUES (?, ?) ON CONFLICT DO UPDATE SET seen_at = max(seen_at, excluded.seen_at)',
  );
  const markWarned = db.prepare(
    'INSERT INTO local.warned VALUES (?, ?) ON CONFLICT DO UPDATE SET open_until = excluded.open_until',
  );
  const hasOldWarnings = db.prepare<[number]>('SELECT 1 FROM local.warned WHERE open_until < ? LIMIT 1');
  const forgetWarned = db.prepare('DELETE FROM local.warned WHERE open_until < ?');
  const note = db.prepare('INSERT INTO local.settings VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value');
  const emptyDrafts = db.prepare<[string], { tab: DraftTab; rev: number }>(
    `UPDATE local.drafts SET text = '', rev = rev + 1 WHERE conversation_id = ? AND text <> '' RETURNING tab, rev`,
  );
  const aboutConversation = ['outbox', 'seen', 'warned', 'withdrawals'].map((table) =>
    db.prepare(`DELETE FROM local.${table} WHERE conversation_id = ?`),
  );
  const noteWithdrawal = db.prepare(
    `INSERT INTO local.withdrawals (message_id, command_id, conversation_id, tab, comment_id, text, is_kept, is_refused)
     VALUES (@messageId, @commandId, @conversationId, @tab, @commentId, @text, @isKept, @isRefused)
     ON CONFLICT DO UPDATE SET command_id = excluded.command_id, is_kept = excluded.is_kept, is_refused = excluded.is_refused`,
  );
  const withdrawal = db.prepare<
    [string],
    Omit<Withdrawal, 'isKept' | 'isRefused'> & { isKept: number; isRefused: number }
  >(
    `SELECT message_id AS messageId, command_id AS commandId, conversation_id AS conversationId, tab, comment_id AS commentId, text,
       is_kept AS isKept, is_refused AS isRefused
     FROM local.withdrawals WHERE message_id = ?`,
  );
  const withdrawals = db.prepare<[], string>('SELECT message_id FROM local.withdrawals').pluck();
  const draftsOutOfReach = db.prepare<[], { conversationId: string; tab: DraftTab } & Draft>(
    `SELECT conversation_id AS conversationId, tab, text, rev FROM local.drafts
     WHERE text <> '' AND conversation_id NOT IN (SELECT id FROM main.conversations)`,
  );
  const moveWithdrawals = db.prepare('UPDATE local.withdrawals SET conversation_id = ? WHERE conversation_id = ?');
  const forgetWithdrawal = db.prepare('DELETE FROM local.withdrawals WHERE message_id = ?');
  const commit = db.transaction((work: () => void) => work());
  const toTell: (() => void)[] = [];
  const device = db.prepare<[], string>('SELECT device_id FROM local.identity').pluck();
  const putIdentity = db.prepare(
    'INSERT OR REPLACE INTO local.identity VALUES (1, @relayUrl, @deviceId, @agency, @person)',
  );
  const dropIdentity = db.prepare('DELETE FROM local.identity');
  return {
    draft: (conversationId: string, tab: DraftTab): Draft => draft.get(conversationId, tab) ?? { text: '', rev: 0 },
    /** Replaces the draft with the number `baseRev`; false when another one was stored meanwhile. */
    putDraft(
      place: { readonly conversationId: string; readonly tab: DraftTab },
      text: string,
      baseRev: number,
    ): boolean {
      if ((draft.get(place.conversationId, place.tab)?.rev ?? 0) !== baseRev) return false;
      putDraft.run({ ...place, text });
      return true;
    },
    /** Drafts of conversations that are not in the cache. */
    draftsOutOfReach: (): PlacedDraft[] =>
      draftsOutOfReach
        .all()
        .map(({ conversationId, tab, text, rev }) => ({ conversationId, tab, draft: { text, rev } })),
    noteWithdrawal: (wanted: Withdrawal) =>
      void noteWithdrawal.run({ ...wanted, isKept: Number(wanted.isKept), isRefused: Number(wanted.isRefused) }),
    withdrawal(messageId: string): Withdrawal | null {
      const found = withdrawal.get(messageId);
      return found === undefined ? null : { ...found, isKept: found.isKept === 1, isRefused: found.isRefused === 1 };
    },
    withdrawals: () => withdrawals.all(),
    moveWithdrawals: (from: string, into: string) => void moveWithdrawals.run(into, from),
    forgetWithdrawal: (messageId: string) => void forgetWithdrawal.run(messageId),
    markSeen: (conversationId: string, seenAt: number) => void markSeen.run(conversationId, seenAt),
    markWarned: (warnings: readonly { readonly conversation: { readonly id: string }; readonly openUntil: number }[]) =>
      commit(() => {
        for (const { conversation, openUntil } of warnings) markWarned.run(conversation.id, openUntil);
      }),
    forgetWarnings(before: number): void {
      if (hasOldWarnings.get(before) !== undefined) forgetWarned.run(before);
    },
    /**
     * The people behind these conversations were erased: erases what was written to them. Returns the drafts that were emptied.
     */
    forgetPeople(conversationIds: readonly string[]): PlacedDraft[] {
      const emptied: PlacedDraft[] = [];
      commit(() => {
        for (const conversationId of conversationIds) {
          for (const drop of aboutConversation) drop.run(conversationId);
          for (const { tab, rev } of emptyDrafts.all(conversationId))
            emptied.push({ conversationId, tab, draft: { text: '', rev } });
        }
      });
      return emptied;
    },
    /** The next start moves cache.db aside and begins a new one. */
    markCacheDamaged: () => void note.run('cache_damaged', '1'),
    /** The next start removes cache.db and begins a new one. */
    markCacheToErase: () => void note.run('cache_to_erase', '1'),
    /** The device that this file belongs to; null for none. The file may lag behind `Identities`. */
    device: (): string | null => device.get() ?? null,
    noteDevice(next: Identity | null): void {
      if (next === null) return void dropIdentity.run();
      const { relayUrl, deviceId, agency, person } = next;
      putIdentity.run({
        relayUrl,
        deviceId,
        agency: agency === null ? null : JSON.stringify(agency),
        person: JSON.stringify(person),
      });
    },
    /** All or nothing, in local.db only. */
    inOneCommit(work: () => void): void {
      const isOuter = !db.inTransaction;
      try {
        commit(work);
      } catch (error) {
        if (isOuter) toTell.length = 0;
        throw error;
      }
      if (isOuter) for (const tell of toTell.splice(0)) tell();
    },
    /** Calls `tell` once the change is on the disk: nobody is told of what may still be undone. */
    whenCommitted(tell: () => void): void {
      if (db.inTransaction) toTell.push(tell);
      else tell();
    },
  };
}
