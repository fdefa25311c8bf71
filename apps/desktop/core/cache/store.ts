import type { Db } from './open.ts';
import { accountQueries } from './queries/accounts.ts';
import { conversationQueries } from './queries/conversations.ts';
import { feedStateQueries } from './queries/feed-state.ts';
import { localQueries } from './queries/local.ts';
import { messageQueries } from './queries/messages.ts';
import { outboxQueries } from './queries/outbox.ts';
import { searchQueries } from './queries/search.ts';
import { textIndex } from './queries/text-index.ts';

/** Every question that the desk asks its files, prepared once. */
export type Store = ReturnType<typeof createStore>;

/** Some 5 ms of indexing. */
const rowsPerStep = 200;
/** A millisecond or two of copying. SQLite itself copies every 1,000 pages, and the page of the feed that it does so with waits. */
const pagesWorthCopying = 250;

export function createStore(db: Db) {
  const messageIndex = textIndex(db, 'message');
  const contactIndex = textIndex(db, 'contact');
  /** Forgets all that the relay can bring again; part of whatever transaction is running. */
  function clear(): void {
    messageIndex.clear();
    contactIndex.clear();
    db.exec(
      'DELETE FROM messages; DELETE FROM conversations; DELETE FROM threads; DELETE FROM accounts; DELETE FROM feed_state',
    );
  }
  /** One small step of the full-text indexes; false when they are up to date. */
  const indexSome = () => [contactIndex, messageIndex].map((index) => index.work(rowsPerStep)).includes(true);
  /** What arrived a moment ago, for somebody who searches now. */
  const indexNewest = () => [contactIndex, messageIndex].forEach((index) => index.learn(rowsPerStep));
  const accounts = accountQueries(db);
  const log = db.prepare<[], { log: number; checkpointed: number }>('PRAGMA main.wal_checkpoint(NOOP)');
  const commit = db.transaction((work: () => unknown) => work());
  return {
    indexSome,
    conversations: conversationQueries(db, contactIndex, accounts.isHumanAgentApproved),
    messages: messageQueries(db, messageIndex),
    search: searchQueries(db, indexNewest),
    accounts,
    feed: feedStateQueries(db),
    outbox: outboxQueries(db),
    local: localQueries(db),
    /** All or nothing, in cache.db only. */
    inOneCommit: <T>(work: () => T): T => commit(work) as T,
    clear,
    /** Copies what the cache's log holds to its place, when that is worth it: for moments in which nobody waits. */
    copyHome(): void {
      const held = log.get();
      if (held !== undefined && held.log - held.checkpointed >= pagesWorthCopying)
        db.pragma('main.wal_checkpoint(PASSIVE)');
    },
    /** Clears the cache and gives its pages back, so that no text stays in the file. */
    erase(): void {
      db.transaction(clear)();
      db.exec('VACUUM main');
      db.pragma('main.wal_checkpoint(TRUNCATE)');
    },
    close: () => void db.close(),
  };
}
