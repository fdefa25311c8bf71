import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrate } from './migrate.ts';
import { seedPlannerStatistics } from './planner-statistics.ts';

/** Queries that run for every webhook or reply: none of them may get slower with what the relay has stored. */
let db: Database.Database;
beforeEach(() => {
  db = new Database(':memory:');
  migrate(db);
  seedPlannerStatistics(db);
});
afterEach(() => void db.close());

const params = { agency: 'a', now: 1, limit: 1, id: 'x', accountId: 'x', conversationId: 'x' };
function planOf(sql: string): string[] {
  return db
    .prepare<[typeof params], { detail: string }>(`explain query plan ${sql}`)
    .all(params)
    .map(({ detail }) => detail);
}

it.each([
  [
    'deliveries_open',
    `select id from deliveries where state = 'pending' and state <> 'done' and next_attempt_at <= :now order by next_attempt_at, id limit :limit`,
  ],
  [
    'messages_outbound',
    `select id from messages where agency_id = :agency and state = 'queued' and next_attempt_at <= :now`,
  ],
  [
    'messages_outbound',
    `select id from messages where agency_id = :agency and state = 'sending' and next_attempt_at is not null and lease_until < :now`,
  ],
  [
    'messages_thread',
    `select id from messages where agency_id = :agency and conversation_id = :conversationId and direction = 'inbound'
     order by sent_at desc, id desc limit 1`,
  ],
  [
    'messages_answers',
    `select id from messages where agency_id = :agency and conversation_id = :conversationId and direction = 'outbound'
       and id > :id order by id desc limit 1`,
  ],
  [
    'messages_reacted',
    `select id from messages where agency_id = :agency and conversation_id = :conversationId and direction = 'outbound'
       and reaction is not null order by reaction_at desc limit 1`,
  ],
  [
    'handoffs_resolved',
    `select id from handoffs where agency_id = :agency and conversation_id = :conversationId and state = 'resolved'
     order by resolved_at desc limit 1`,
  ],
  [
    'contacts_nameless',
    `select t.id from contacts t
     join conversations c on c.agency_id = t.agency_id and c.account_id = t.account_id and c.contact_id = t.id
     where t.agency_id = :agency and t.account_id = :accountId and t.name is null and t.wrote = 1 and t.name_asked_at < :now limit :limit`,
  ],
  [
    'deliveries_unclaimed',
    `update deliveries set state = 'pending', attempts = 0, next_attempt_at = 0 where state = 'done' and unhandled > 0 and received_at > :now`,
  ],
  ['early_events_kept', `select native_id from early_events where agency_id = :agency and kept_at < :now limit :limit`],
  [
    'delivery_items_delivery',
    `delete from delivery_items where agency_id = :agency and delivery_id >= :now and delivery_id <= :limit`,
  ],
  [
    'forgotten_uncopied',
    `select kind from forgotten where agency_id = :agency and copied_at is null order by at limit :limit`,
  ],
  [
    'messages_taken_back',
    `select native_message_id from messages
     where agency_id = :agency and delivery_id = :now and unsent_at is not null and native_message_id is not null`,
  ],
  [
    'contacts_sender',
    `select 1 from contacts where agency_id = :agency and account_id = :accountId and sender_id = :id`,
  ],
])('uses %s', (index, sql) => {
  expect(planOf(sql)[0]).toContain(index);
  expect(planOf(sql).join('\n')).not.toMatch(/SCAN|TEMP B-TREE|PRIMARY KEY \(agency_id=\?\)$/m);
});

it('writes nothing the second time', () => {
  const before = db.prepare('select total_changes()').pluck().get();
  seedPlannerStatistics(db);
  expect(db.prepare('select total_changes()').pluck().get()).toBe(before);
});
