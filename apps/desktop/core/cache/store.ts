import { type ContentCheck, contentCheck } from './content-check.ts';
import type { Db } from './open.ts';
import { accountQueries } from './queries/accounts.ts';
import { contentQueries } from './queries/contents.ts';
import { conversationQueries } from './queries/conversations.ts';
import { feedStateQueries } from './queries/feed-state.ts';
import { localQueries } from './queries/local.ts';
import { messageQueries } from './queries/messages.ts';
import { outboxQueries } from './queries/outbox.ts';
import { readingQueries } from './queries/reading.ts';
import { searchQueries } from './queries/search.ts';
import { textIndex } from './queries/text-index.ts';
import { unreadQueries } from './queries/unread.ts';

/**
 * Every query that the desk runs on its files, prepared once. Callers go through the store each time and keep no part of it,
 * because `refill.ts` may put new files under it.
 */
export type Store = ReturnType<typeof createStore>;

/** Some 5 ms of indexing. */
const rowsPerStep = 200;
/** A millisecond or two of copying. SQLite itself copies every 1,000 pages, and the feed page that triggers it waits. */
const pagesWorthCopying = 250;

export function createStore(db: Db) {
  const contents = contentQueries(db);
  const messageIndex = textIndex(db, 'message');
  const contactIndex = textIndex(db, 'contact');
  const accounts = accountQueries(db, contents);
  const outbox = outboxQueries(db);
  const conversations = conversationQueries(db, contactIndex, contents, accounts.rules, outbox.pendingSnooze);
  /** Forgets everything that the relay can send again; part of whatever transaction is running. */
  function clear(): void {
    messageIndex.clear();
    contactIndex.clear();
    db.exec(
      'DELETE FROM messages; DELETE FROM conversations; DELETE FROM threads; DELETE FROM accounts; DELETE FROM unread; DELETE FROM feed_state',
    );
    contents.clear();
  }
  /** One small step of the full-text indexes; false when they are up to date. */
  const indexSome = () => [contactIndex, messageIndex].map((index) => index.work(rowsPerStep)).includes(true);
  /** Indexes what arrived a moment ago, for somebody who searches now. */
  const indexNewest = () => [contactIndex, messageIndex].forEach((index) => index.learn(rowsPerStep));
  const log = db.prepare<[], { log: number; checkpointed: number }>('PRAGMA main.wal_checkpoint(NOOP)');
  const dropLog = ['main', 'local'].map((file) =>
    db.prepare<[], { busy: number }>(`PRAGMA ${file}.wal_checkpoint(TRUNCATE)`),
  );
  const commit = db.transaction((work: () => unknown) => {
    const result = work();
    contents.flush();
    return result;
  });
  return {
    indexSome,
    conversations,
    messages: messageQueries(db, messageIndex, contents),
    search: searchQueries(db, indexNewest),
    accounts,
    unread: unreadQueries(db, contents),
    reading: readingQueries(db),
    feed: feedStateQueries(db),
    outbox,
    local: localQueries(db),
    /** All or nothing, in cache.db only. */
    inOneCommit<T>(work: () => T): T {
      try {
        return commit(work) as T;
      } catch (error) {
        contents.forget();
        throw error;
      }
    },
    clear,
    /** How many rows there should be. */
    size: () => (contents.of('messages')?.rows ?? 0) + (contents.of('conversations')?.rows ?? 0),
    /** Checks in small steps that everything is there that should be; `now` is the relay's time. */
    check: (now: () => number): ContentCheck => contentCheck({ db, contents, conversations, messageIndex, now }),
    /** Copies the cache's log into the database, if that is worth it: for moments when nobody is waiting. */
    checkpointLog(): void {
      const held = log.get();
      if (held !== undefined && held.log - held.checkpointed >= pagesWorthCopying)
        db.pragma('main.wal_checkpoint(PASSIVE)');
    },
    /** Empties both logs, which may still hold words that were erased. False while another program is reading them. */
    truncateLogs: (): boolean => dropLog.map((drop) => drop.get()?.busy === 0).every(Boolean),
    isOpen: () => db.open,
    close: () => void db.close(),
  };
}
