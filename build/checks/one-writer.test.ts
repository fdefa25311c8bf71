import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { root } from '../root.ts';
import { secondWriters } from './one-writer.ts';

it('finds no room of the relay but the ledger that writes messages or the audit trail', () => {
  expect(secondWriters(join(root, 'apps/relay/src'))).toEqual([]);
});

/** A check that looked at nothing finds nothing. */
it.each([
  ['inbox/a.ts', "tx.run(`update messages set state = 'sent' where agency_id = :agency`)", 'messages'],
  ['outbound/b.ts', 'tx.get(`insert into messages (agency_id) values (:agency)`)', 'messages'],
  ['forgotten/deep/c.ts', 'tx.run(`DELETE FROM messages\n where agency_id = :agency`)', 'messages'],
  ['feed/d.ts', 'tx.run(`insert or replace into\n  "messages" values (1)`)', 'messages'],
  ['relay.ts', 'tx.run(`insert into events (agency_id) values (:agency)`)', 'events'],
])('reports a second writer in %s', (file, code, table) => {
  expect(secondWriters(folderWith(file, code))).toEqual([{ file, table }]);
});

it.each([
  ['ledger/sending.ts', 'tx.run(`update messages set state = :to`)'],
  ['inbox/reads.ts', 'tx.get(`select id from messages`)'],
  ['inbox/other.ts', 'tx.run(`update early_events set at = 1; update messages_of_others set x = 1`)'],
  ['inbox/a.test.ts', 'tx.run(`update messages set sent_at = 1`)'],
  ['store/migrations/0001.ts', 'db.exec(`update messages set x = 1`)'],
])('does not report %s', (file, code) => {
  expect(secondWriters(folderWith(file, code))).toEqual([]);
});

function folderWith(file: string, code: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'transom-writers-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), code);
  return folder;
}
