import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { firstTables } from '../migrations/0001-first-tables.ts';
import { promisesKept } from '../migrations/0002-promises-kept.ts';
import { pairingsAskedAgain } from '../migrations/0003-pairings-that-are-asked-again.ts';
import { attemptsByTheChannelsClock } from '../migrations/0004-attempts-by-the-channels-clock.ts';
import { seenAndOnTheirWay } from '../migrations/0005-seen-and-on-their-way.ts';
import { applyMigration } from './migrate.ts';
import { openSqliteStore } from './open.ts';

const upToFive = [firstTables, promisesKept, pairingsAskedAgain, attemptsByTheChannelsClock, seenAndOnTheirWay];

/** A database from before closings were noted; for some days, such a database knew since when a closed thread had waited. */
function openBefore(knewSince: boolean) {
  const folder = mkdtempSync(join(tmpdir(), 'transom-closed-'));
  const path = join(folder, 'transom.db');
  const db = new Database(path);
  for (const step of upToFive) applyMigration(db, step);
  if (knewSince) db.exec('alter table handoffs add column waited_since_at integer');
  db.pragma('user_version = 5');

  /** A thread with messages that the buyer wrote at 1, 2, 3 …; those in `hidden` are comments that were hidden. */
  function thread(
    id: string,
    state: string,
    given: { since?: number; answered?: number; wrote: number; hidden?: number },
  ) {
    db.prepare(
      `insert into conversations (agency_id, id, account_id, contact_id, channel, state, metadata, last_message_at, created_at,
         unanswered_since_at, last_answered_at)
       values ('a', :id, 'i', :id, 'instagram', :state, '{}', 1, 1, :since, :answered)`,
    ).run({ id, state, since: given.since ?? null, answered: given.answered ?? null });
    for (let at = 1; at <= given.wrote; at += 1)
      db.prepare(
        `insert into messages (agency_id, id, conversation_id, account_id, direction, kind, sent_at, received_at, state, origin, metadata, hidden_at)
         values ('a', :id, :conversationId, 'i', 'inbound', :kind, :at, :at, 'received', 'contact', '{}', :hiddenAt)`,
      ).run({
        ...{ id: `${id} ${at}`, conversationId: id, at },
        ...(given.hidden === at ? { kind: 'comment', hiddenAt: 9 } : { kind: 'text', hiddenAt: null }),
      });
  }
  function failedReply(conversationId: string, at: number) {
    db.prepare(
      `insert into messages (agency_id, id, conversation_id, account_id, direction, kind, sent_at, received_at, state, origin, metadata)
       values ('a', :id, :conversationId, 'i', 'outbound', 'text', :at, :at, 'failed', 'desk', '{}')`,
    ).run({ id: `${conversationId} reply ${at}`, conversationId, at });
  }
  function handoff(conversationId: string, resolvedAt: number, since: number | null) {
    db.prepare(
      `insert into handoffs (agency_id, id, conversation_id, reason, state, opened_at, resolved_by, resolved_at${knewSince ? ', waited_since_at' : ''})
       values ('a', :id, :conversationId, 'social_dm_follow_up_needed', 'resolved', 1, 'p', :resolvedAt${knewSince ? ', :since' : ''})`,
    ).run({ id: `${conversationId} ${resolvedAt}`, conversationId, resolvedAt, ...(knewSince ? { since } : {}) });
  }
  return {
    ...{ db, path, thread, failedReply, handoff },
    async opens() {
      db.close();
      await openSqliteStore(path).close();
      const after = new Database(path);
      const closings = (conversationId: string) =>
        after
          .prepare(`select closing from messages where conversation_id = ? order by sent_at`)
          .pluck()
          .all(conversationId);
      const lost = (conversationId: string) =>
        after
          .prepare(
            `select waits_since_at from messages where conversation_id = ? and direction = 'outbound' order by sent_at`,
          )
          .pluck()
          .all(conversationId);
      const conversation = (id: string) =>
        after
          .prepare(`select closed_at as closedAt, unanswered_since_at as since from conversations where id = ?`)
          .get(id);
      const columns = (table: string) =>
        after.prepare(`select name from pragma_table_info(?)`).pluck().all(table) as string[];
      return { closings, lost, conversation, columns, [Symbol.dispose]: () => void after.close() };
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

it.each([
  ['knew since when it had waited', true, ['earlier', 'earlier', 'latest']],
  ['did not know since when it had waited', false, ['latest', 'latest', 'latest']],
])('keeps what was closed in a database that %s', async (_which, knewSince, closedAgain) => {
  using before = openBefore(knewSince);
  before.thread('closed', 'done', { wrote: 2, answered: 1 });
  before.handoff('closed', 10, 2);
  before.thread('closed again', 'done', { wrote: 3 });
  before.handoff('closed again', 10, 1);
  before.handoff('closed again', 20, 3);
  before.thread('waits in secret', 'done', { wrote: 1, since: 1 });
  before.thread('waits', 'needs_answer', { wrote: 4, answered: 1, since: 4, hidden: 3 });
  before.thread('failed', 'needs_answer', { wrote: 1, answered: 1, since: 7 });
  for (const at of [5, 7, 8]) before.failedReply('failed', at);
  before.failedReply('closed', 3);
  before.thread('answered', 'answered', { wrote: 3, answered: 1, hidden: 3 });

  using after = await before.opens();
  expect(after.closings('closed')).toEqual([null, 'latest', null]);
  expect(after.lost('closed')).toEqual([null]);
  expect(after.conversation('closed')).toEqual({ closedAt: 10, since: null });
  expect(after.closings('closed again')).toEqual(closedAgain);
  expect(after.conversation('closed again')).toEqual({ closedAt: 20, since: null });
  expect(after.conversation('waits in secret')).toEqual({ closedAt: null, since: null });
  expect(after.closings('waits')).toEqual([null, 'earlier', null, null]);
  expect(after.conversation('waits')).toEqual({ closedAt: null, since: 4 });
  expect(after.conversation('failed')).toEqual({ closedAt: null, since: 7 });
  expect(after.lost('failed')).toEqual([null, 7, 8]);
  expect(after.closings('answered')).toEqual([null, 'earlier', null]);
});

it('ends with the same tables in either case', async () => {
  using one = openBefore(true);
  using other = openBefore(false);
  using first = await one.opens();
  using second = await other.opens();
  expect(first.columns('conversations')).not.toContain('failed_reply_at');
  for (const table of ['messages', 'conversations', 'handoffs'])
    expect(first.columns(table)).toEqual(second.columns(table));
  expect(first.columns('handoffs')).not.toContain('waited_since_at');
});
