import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { minuteMs } from '@transom/shared';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eraseContact } from '../accounts/erase-contact.ts';
import { takeOut } from '../channels/all.ts';
import { runCommand } from '../operator/run-command.ts';
import { startAttempts } from '../outbound/attempts.ts';
import { settleAttempt } from '../outbound/outcomes.ts';
import { copyDatabase } from '../store/sqlite/backup.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { openIntake } from '../testing/deliveries.ts';
import { noon, shop } from '../testing/events.ts';
import { openRelayRoom, type RelayRoom } from '../testing/relay-room.ts';
import { remember } from './forgotten.ts';
import { copyForgotten, forgottenPathOf, readForgotten } from './forgotten-file.ts';

const person = '7776665554443332';
const before = noon - 10 * minuteMs;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'transom-forgotten-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function body(item: object, from = person): string {
  const each = { sender: { id: from }, recipient: { id: shop }, timestamp: before, ...item };
  return JSON.stringify({ object: 'instagram', entry: [{ id: shop, time: before, messaging: [each] }] });
}

/** Puts the backup in place of the room's database, which is closed. */
async function restore(room: RelayRoom, backup: string): Promise<Buffer> {
  await room.store.close();
  const output = { machine: () => undefined, people: () => undefined };
  expect(await runCommand(['restore', '--from', backup], { DATABASE_URL: `sqlite:${room.databasePath}` }, output)).toBe(
    0,
  );
  return readFileSync(room.databasePath);
}

it('forgets again, after restoring an older backup, who was erased, what was unsent and which device was revoked', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  const { store } = room;
  await store.write(async (tx) => {
    const device = { agency: agency.id, id: 'device', hash: 'hash of a token' };
    await tx.run(`insert into device_tokens (token_hash, agency_id, device_id) values (:hash, :agency, :id)`, device);
    await tx
      .forAgency(agency.id)
      .run(`insert into devices (agency_id, id, person_id, name, created_at) values (:agency, 'device', 'p', 'D', 1)`);
  });
  const backup = join(folder, 'before.db');
  {
    await using intake = openIntake(room);
    await intake.takes(body({ message: { mid: 'm1', text: 'secret words' } }));
    await intake.takes(body({ message: { mid: 'm2', text: 'unsent words' } }, 'neighbour'));
    await intake.takes(body({ message: { mid: 'm3', text: 'kept words' } }, 'neighbour'));
    // One that was never brought in: nothing in the backup says whose it is.
    await store.write((tx) =>
      tx.run(
        `insert into deliveries (received_at, route, signed_by, body, state) values (:now, 'instagram', 's', :body, 'failed')`,
        { now: before, body: Buffer.from(body({ message: { mid: 'm4', text: 'secret failure' } })) },
      ),
    );
    copyDatabase(room.databasePath, backup);
    await intake.takes(body({ message: { mid: 'm2', is_deleted: true } }, 'neighbour'));
  }
  const [contact] = await agency.rows<{ id: string }>(
    `select id from contacts where agency_id = :agency and sender_id = '${person}'`,
  );
  await eraseContact({ store, takeOut }, agency.id, contact?.id ?? '', 'operator', room.clock());
  await agency.agency.write((tx) =>
    remember(tx, { kind: 'revoked', subject: 'hash of a token', target: 'device', at: noon }),
  );
  // The copy to the file is cut off halfway; the rest is only in the database that is replaced.
  const path = forgottenPathOf(room.database);
  await copyForgotten(store, path, noon);
  truncateSync(path, statSync(path).size - 7);
  await store.write((tx) =>
    tx.forAgency(agency.id).run(`update forgotten set copied_at = null where agency_id = :agency`),
  );

  const bytes = await restore(room, backup);
  expect(['secret', 'unsent words', person].filter((trace) => bytes.includes(trace))).toEqual([]);
  expect(bytes.includes('kept words')).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o600);

  const restored = openSqliteStore(room.databasePath);
  const revoked = await restored.read((tx) =>
    tx.get(`select revoked_at from device_tokens where device_id = 'device'`),
  );
  expect(revoked).toEqual({ revoked_at: noon });
  const erased = await restored
    .forAgency(agency.id)
    .read((tx) => tx.all(`select id from conversations where agency_id = :agency and erased_at is not null`));
  expect(erased).toHaveLength(1);
  await restored.close();

  // Again: duplicates in the file do no harm.
  appendFileSync(path, readFileSync(path));
  const again = await restore(room, backup);
  expect(again.includes('secret')).toBe(false);
});

it('treats a person who wrote after the erasure as somebody new, even after a restore', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  {
    await using intake = openIntake(room);
    await intake.takes(body({ message: { mid: 'm1', text: 'secret words' } }));
    const [{ id }] = (await agency.rows(`select id from contacts where agency_id = :agency`)) as [{ id: string }];
    await eraseContact({ store: room.store, takeOut }, agency.id, id, 'operator', room.clock());
    room.pass(minuteMs);
    await intake.takes(body({ timestamp: room.clock(), message: { mid: 'm2', text: 'a new beginning' } }));
  }
  expect((await agency.threads()).map(({ erasedAt }) => erasedAt)).toContain(null);
  await copyForgotten(room.store, forgottenPathOf(room.database), room.clock());
  const backup = join(folder, 'after.db');
  copyDatabase(room.databasePath, backup);
  const bytes = await restore(room, backup);
  expect([bytes.includes('a new beginning'), bytes.includes('secret')]).toEqual([true, false]);
});

it('copies each row once, and continues after a line that was cut off', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  const path = forgottenPathOf(room.database);
  const forget = (subject: string) =>
    agency.agency.write((tx) => remember(tx, { kind: 'unsent', subject, target: null, at: noon }));
  await forget('account m1');
  expect(await copyForgotten(room.store, path, noon)).toBe(1);
  expect(await copyForgotten(room.store, path, noon)).toBe(0);
  appendFileSync(path, '{"agencyId":"cut o');
  await forget('account m2');
  expect(await copyForgotten(room.store, path, noon)).toBe(1);
  expect(readForgotten(path).map(({ subject }) => subject)).toEqual(['account m1', 'account m2']);
});

it('forgets the comment of a person whom the backup does not know as its author yet', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency({ channel: 'facebook' });
  const backup = join(folder, 'nameless.db');
  {
    await using intake = openIntake(room);
    const value = { item: 'comment', verb: 'add', comment_id: 'c_1', message: 'secret comment', created_time: before };
    const changes = [{ field: 'feed', value: { ...value, post_id: 'post_1' } }];
    await intake.takes(JSON.stringify({ object: 'page', entry: [{ id: shop, time: before, changes }] }));
    copyDatabase(room.databasePath, backup);
    // The answer to the private reply reveals who it is.
    const [comment] = await agency.messages();
    const text = 'It is 4,900.';
    await agency.perform(agency.agent, { kind: 'comment.private_reply', commentId: comment?.id ?? '', text });
    const [attempt] = await startAttempts(agency.agency, room.clock(), 1);
    if (attempt === undefined) throw new Error('The private reply did not leave.');
    const sent = { kind: 'sent', nativeMessageId: 'r1', recipientId: person } as const;
    await settleAttempt(agency.agency, attempt, sent, room.clock());
  }
  const [contact] = await agency.rows<{ id: string }>(
    `select id from contacts where agency_id = :agency and sender_id = '${person}'`,
  );
  await eraseContact({ store: room.store, takeOut }, agency.id, contact?.id ?? '', 'operator', room.clock());
  await copyForgotten(room.store, forgottenPathOf(room.database), room.clock());
  const bytes = await restore(room, backup);
  expect(bytes.includes('secret comment')).toBe(false);
});
