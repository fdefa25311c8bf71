import Database from 'better-sqlite3';
import { io } from 'socket.io-client';
import { answerCalls } from '../process-calls.ts';
import type { Kept } from './store.ts';

/** Floor of the desk: whatever arrives in one turn of the event loop goes into the cache in one transaction. */
const arrived: [string, string][] = [];

answerCalls({
  async connect(url: string, path: string): Promise<void> {
    const db = new Database(path);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.exec(`
      create table messages (id integer primary key, mid text not null unique, conversation_id integer not null, at integer not null, text text not null);
      create index messages_by_conversation on messages (conversation_id, at);
      create table conversations (id integer primary key, last_at integer not null, window_ends_at integer not null, unread integer not null, preview text not null);
      create index conversations_by_window on conversations (window_ends_at);
      create table cursor (one integer primary key, seq integer not null);`);
    const message = db.prepare(
      'insert into messages values (@id, @mid, @conversationId, @at, @text) on conflict do nothing',
    );
    const conversation = db.prepare(
      `insert into conversations values (@conversationId, @at, @windowEndsAt, @unread, substr(@text, 1, 160))
       on conflict do update set last_at = excluded.last_at, window_ends_at = excluded.window_ends_at, unread = excluded.unread, preview = excluded.preview`,
    );
    const cursor = db.prepare<[number]>(
      'insert into cursor values (1, ?) on conflict do update set seq = excluded.seq',
    );
    const keep = db.transaction((changes: readonly Kept[]) => {
      for (const change of changes) {
        message.run(change);
        conversation.run(change);
        cursor.run(change.seq);
      }
    });
    let waiting: Kept[] = [];
    function commit(): void {
      const changes = waiting;
      waiting = [];
      keep(changes);
      const now = String(process.hrtime.bigint());
      for (const { mid } of changes) arrived.push([mid, now]);
    }
    const socket = io(url, { transports: ['websocket'], forceNew: true });
    socket.on('changes', (changes: Kept[]) => {
      if (waiting.length === 0) setImmediate(commit);
      waiting.push(...changes);
    });
    await new Promise<void>((resolve) => socket.once('connect', resolve));
  },
  /** Since the last call: message ids, each with the CLOCK_MONOTONIC in ns at which it was in the cache. */
  async take(): Promise<[string, string][]> {
    return arrived.splice(0);
  },
});
