import { cpSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { baseAt, sampleMessage } from '../test/samples.ts';
import { tempFolder, tempStore } from '../test/temp-folder.ts';
import { testDesk } from '../test/window.ts';
import type { Db } from './open.ts';
import type { Store } from './store.ts';

function write(store: Store): void {
  store.inOneCommit(() => {
    for (let n = 0; n < 400; n += 1)
      store.messages.put(sampleMessage(`m${n}`, 'c1', { text: 'x'.repeat(2_000), sentAt: baseAt + n }));
  });
}

/** Pages in the cache's log that are not in the database yet. */
function pagesToCopy(db: Db): number {
  const state = db.prepare<[], { log: number; checkpointed: number }>('PRAGMA main.wal_checkpoint(NOOP)').get();
  return state!.log - state!.checkpointed;
}

test('copies its log into the database once that is worth it', () => {
  const store = tempStore();
  const before = pagesToCopy(store.db);
  store.checkpointLog();
  expect(pagesToCopy(store.db)).toBe(before);
  write(store);
  expect(pagesToCopy(store.db)).toBeGreaterThan(250);
  store.checkpointLog();
  expect(pagesToCopy(store.db)).toBe(0);
});

test('a desk does the same when it has nothing left to index', async () => {
  const [full, folder] = [tempFolder(), tempFolder()];
  write(tempStore(full));
  // As a killed desk leaves them: the log is still there.
  cpSync(full, folder, { recursive: true });
  const db = new Database(join(folder, 'cache.db'));
  expect(pagesToCopy(db)).toBeGreaterThan(250);
  await testDesk(folder);
  await vi.waitFor(() => expect(pagesToCopy(db)).toBe(0), { timeout: 5_000 });
  db.close();
});

test('the relay\u2019s time is what it said last, even when its clock was put back', () => {
  const store = tempStore();
  store.feed.move('e', 1, baseAt + 1_000, 3);
  store.feed.move('e', 2, baseAt, 3);
  expect(store.feed.lastServerNow()).toBe(baseAt);
});

test('a log that another program is reading is not emptied, and that is reported', () => {
  const folder = tempFolder();
  const store = tempStore(folder);
  write(store);
  const other = new Database(join(folder, 'cache.db'));
  other.exec('BEGIN');
  other.prepare('SELECT count(*) FROM messages').get();
  store.inOneCommit(() => store.messages.put(sampleMessage('newest', 'c1')));
  expect(store.truncateLogs()).toBe(false);
  other.close();
  expect(store.truncateLogs()).toBe(true);
});
