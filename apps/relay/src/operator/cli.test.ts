import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { database, deadlineMs, folder, run, say, setup, simulator, useCommandLine } from './testing/command-line.ts';

useCommandLine();

describe('setup and everyday commands', () => {
  test(
    'make an agency, let people in, change the plan, and leave an unbroken trail',
    async () => {
      const { agencyId, ownerCode } = await setup();
      expect(Object.keys({ agencyId, ownerCode })).toEqual(['agencyId', 'ownerCode']);
      expect(statSync(join(folder, 'secrets', 'master.key')).mode & 0o777).toBe(0o600);
      expect(statSync(database()).mode & 0o777).toBe(0o600);
      const invited = await run(['invite', '--agency', agencyId, '--role', 'agent', '--json']);
      expect([invited.code, invited.lines]).toEqual([
        0,
        [{ code: expect.stringMatching(/^\w{5}-\w{5}$/), expiresAt: expect.any(Number) }],
      ]);
      expect((await run(['plan', '--plan', 'pro', '--json'])).lines).toEqual([{ agencyId, plan: 'pro' }]);
      expect((await run(['audit', 'verify', '--json'])).lines).toEqual([
        { agencyId, ok: true, entries: 4, head: expect.any(String) },
      ]);
      const again = await run(['setup', '--agency', 'Nordic Saunas']);
      expect([again.code, again.people]).toEqual([1, expect.stringContaining('already')]);
    },
    deadlineMs,
  );

  test(
    'a changed trail is found, with exit code 1',
    async () => {
      await setup();
      const db = new Database(database());
      db.exec(`drop trigger events_are_never_changed; update events set action = 'nothing' where n = 1`);
      db.close();
      const { code, lines } = await run(['audit', '--json']);
      expect([code, lines]).toEqual([1, [expect.objectContaining({ ok: false, brokenAt: 1 })]]);
    },
    deadlineMs,
  );

  test(
    'it asks which agency if there are several',
    async () => {
      await setup('A');
      await setup('B');
      const { code, people } = await run(['plan']);
      expect([code, people]).toEqual([1, expect.stringMatching(/Which agency[\s\S]*A[\s\S]*B/)]);
      expect((await run(['plan', '--agency', 'B', '--json'])).lines).toMatchObject([{ plan: 'plus' }]);
    },
    deadlineMs,
  );

  test(
    'an id names its agency, even if another one is called like it',
    async () => {
      const { agencyId } = await setup('A');
      await setup(agencyId);
      expect((await run(['plan', '--agency', agencyId, '--json'])).lines).toMatchObject([{ agencyId }]);
    },
    deadlineMs,
  );

  test(
    'an account is connected, listed and removed',
    async () => {
      await setup();
      const simulated = await simulator.client.addAccount({ channel: 'instagram', name: 'Fjord', username: 'fjord' });
      writeFileSync(join(folder, 'token'), `${simulated.token}\n`);
      const added = await run(['account', 'add', '--channel', 'instagram', '--token-file', 'token', '--json']);
      expect([added.code, added.lines]).toEqual([
        0,
        [{ accountId: expect.any(String), nativeId: simulated.nativeId, name: 'Fjord' }],
      ]);
      const { accountId } = added.lines[0];
      expect((await run(['account', 'list', '--json'])).lines).toEqual([
        {
          ...{ accountId, channel: 'instagram', name: 'Fjord', username: 'fjord', state: 'connected' },
          ...{ humanAgentApproved: false, trouble: null },
        },
      ]);
      expect((await run(['keys', 'rotate', '--json'])).lines).toEqual([{ keyId: expect.any(String), rewrapped: 1 }]);
      expect((await run(['doctor', '--json'])).lines.find(({ name }) => name === 'accounts')).toMatchObject({
        state: 'well',
      });
      expect((await run(['account', 'remove', '--account', accountId])).code).toBe(0);
      expect((await run(['account', 'list', '--json'])).lines).toMatchObject([{ state: 'disconnected' }]);
      writeFileSync(join(folder, 'token'), 'IGwrong');
      const refused = await run(['account', 'add', '--channel', 'instagram', '--token-file', 'token', '--json']);
      expect([refused.code, refused.lines, refused.people.includes('    at ')]).toEqual([1, [], false]);
    },
    deadlineMs,
  );

  test(
    'the operator says what Meta granted to an account',
    async () => {
      await setup();
      const simulated = await simulator.client.addAccount({ channel: 'instagram', name: 'Fjord' });
      writeFileSync(join(folder, 'token'), `${simulated.token}\n`);
      const added = await run(['account', 'add', '--channel', 'instagram', '--token-file', 'token', '--json']);
      const { accountId } = added.lines[0];
      const says = await run(['account', 'human-agent', '--account', accountId, '--granted', 'yes', '--json']);
      expect([says.code, says.lines]).toEqual([0, [{ accountId, humanAgentApproved: true }]]);
      expect((await run(['account', 'list', '--json'])).lines).toMatchObject([{ humanAgentApproved: true }]);
      const unknown = await run(['account', 'human-agent', '--account', 'none', '--granted', 'no']);
      expect([unknown.code, unknown.people]).toEqual([1, expect.stringContaining('account list')]);
    },
    deadlineMs,
  );

  test(
    'deliveries are listed without their contents, and replayed',
    async () => {
      await setup();
      const store = openSqliteStore(database());
      await store.write(async (tx) => {
        for (const state of ['done', 'failed', 'failed']) {
          await tx.run(
            `insert into deliveries (received_at, route, signed_by, body, state, attempts, error) values (1, 'instagram', 'instagram', :body, :state, 5, 'shape')`,
            { body: Buffer.from('{"text":"private"}'), state },
          );
        }
      });
      await store.close();
      const { lines } = await run(['deliveries', '--state', 'failed', '--json']);
      expect(lines.map(({ id }) => id)).toEqual([3, 2]);
      expect(JSON.stringify(lines)).not.toContain('private');
      expect((await run(['replay', '--id', '2', '--json'])).lines).toEqual([{ replayed: 1 }]);
      expect((await run(['replay', '--state', 'failed', '--json'])).lines).toEqual([{ replayed: 1 }]);
      expect((await run(['deliveries', '--state', 'pending', '--json'])).lines).toMatchObject([
        { id: 3, attempts: 0, error: null },
        { id: 2 },
      ]);
      expect((await run(['replay', '--id', '99'])).code).toBe(1);
    },
    deadlineMs,
  );

  test(
    'a partner is added, let in only by an owner, and sees how the agency is doing',
    async () => {
      const { agencyId } = await setup();
      const [{ partnerId }] = (await run(['partner', 'add', '--name', 'Growth Partners', '--json'])).lines;
      expect(
        (await run(['partner', 'person', '--partner', partnerId, '--name', 'Ines', '--role', 'manager'])).code,
      ).toBe(0);
      const db = new Database(database());
      const add = db.prepare(`insert into people (agency_id, id, name, role, created_at) values (?, ?, 'x', ?, 1)`);
      for (const role of ['owner', 'agent']) add.run(agencyId, `the-${role}`, role);
      db.close();
      const grant = (by: string) => run(['partner', 'grant', '--partner', partnerId, '--by', by, '--json']);
      expect(await grant('the-agent')).toMatchObject({ code: 1, people: expect.stringContaining('only an owner') });
      expect(await grant('the-owner')).toMatchObject({ code: 0, lines: [{ partnerId, agencyId, isNew: true }] });
      const accounts = { connected: 0, reauth_required: 0, disconnected: 0 };
      expect((await run(['partner', 'list', '--json'])).lines).toEqual([
        {
          ...{ partnerId, name: 'Growth Partners', people: 1 },
          businesses: [
            { agencyId, agency: 'Nordic Saunas', needAnswer: 0, closing: 0, missed: 0, oldestSinceAt: null, accounts },
          ],
        },
      ]);
    },
    deadlineMs,
  );

  test(
    'a contact is erased by Meta\u2019s id, and nobody else',
    async () => {
      const { agencyId } = await setup();
      const db = new Database(database());
      const insert = db.prepare(
        `insert into contacts (agency_id, id, account_id, sender_id, name, metadata, created_at) values (?, ?, 'a1', ?, 'Name', '{}', 1)`,
      );
      for (const [id, senderId] of [
        ['c1', '555'],
        ['c2', '556'],
      ])
        insert.run(agencyId, id, senderId);
      db.close();
      expect((await run(['erase', '--contact', '555', '--json'])).lines).toEqual([
        { contactId: 'c1', messages: 0, deliveries: 0, isLogEmptied: true },
      ]);
      const after = new Database(database(), { readonly: true });
      expect(after.prepare('select id, name from contacts order by id').all()).toEqual([
        { id: 'c1', name: null },
        { id: 'c2', name: 'Name' },
      ]);
      after.close();
      expect((await run(['erase', '--contact', '555'])).code).toBe(1);
      expect((await run(['erase'])).code).toBe(2);
    },
    deadlineMs,
  );

  test(
    'the doctor names what is broken and exits with 1',
    async () => {
      await setup();
      chmodSync(join(folder, 'secrets', 'master.key'), 0o644);
      const { code, lines } = await run(['doctor', '--json']);
      expect(code).toBe(1);
      expect(lines.map(({ check }) => check)).toEqual(lines.map((_, index) => index + 1));
      expect(lines.find(({ name }) => name === 'master key')).toMatchObject({
        state: 'broken',
        detail: expect.stringContaining('chmod 600'),
      });
    },
    deadlineMs,
  );
});

describe('wrong usage', () => {
  test.each([
    [[]],
    [['bogus']],
    [['plan', '--bogus']],
    [['plan', '--plan', 'gold']],
    [['setup']],
    [['account']],
    [['account', 'human-agent', '--account', 'a', '--granted', 'perhaps']],
    [['replay']],
    [['invite', '--role', 'boss']],
    [['deliveries', '--limit', '0']],
  ])(
    '%j exits with 2 and a message, without a stack',
    async (args) => {
      if (args[0] === 'account' || args[0] === 'deliveries') await setup();
      const { code, lines, people } = await say(args);
      expect([code, lines]).toEqual([2, []]);
      expect(people).toMatch(/transom-relay/);
      expect(people).not.toContain('    at ');
    },
    deadlineMs,
  );

  test(
    'the process exits with the same code and message',
    async () => {
      const { code, lines, people } = await run(['plan', '--bogus']);
      expect([code, lines, people]).toEqual([2, [], (await say(['plan', '--bogus'])).people]);
    },
    deadlineMs,
  );

  test('every command explains itself', async () => {
    const { people } = await say(['--help']);
    const names = [...people.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name]) => name!);
    expect(names).toEqual([
      'serve',
      'setup',
      'invite',
      'account',
      'deliveries',
      'replay',
      'backup',
      'restore',
      'migrate',
      'keys',
      'audit',
      'erase',
      'plan',
      'partner',
      'doctor',
    ]);
    for (const { code, people: help } of await Promise.all(names.map((name) => say([name, '--help'])))) {
      expect([code, help]).toEqual([0, expect.stringContaining('Usage: transom-relay')]);
    }
  });

  test(
    'without a database or with wrong settings, it says what to do',
    async () => {
      expect(await run(['plan'])).toMatchObject({ code: 1, people: expect.stringContaining('transom-relay setup') });
      expect(existsSync(database())).toBe(false);
      writeFileSync(join(folder, 'relay.env'), 'DATABASE_URL=postgres://db/x\nTRANSOM_LOG=loud\n');
      const { code, people } = await run(['serve', '--env-file', 'relay.env']);
      expect([code, people.trim().split('\n')]).toEqual([
        1,
        [expect.stringContaining('PostgreSQL'), expect.stringContaining('TRANSOM_LOG')],
      ]);
      // Node itself reads --env-file wherever it appears, and may be the one to complain.
      expect((await run(['plan', '--env-file', 'absent.env'])).people).toMatch(
        /absent\.env(:? not found| cannot be read)/,
      );
    },
    deadlineMs,
  );
});

describe('backup and restore', () => {
  test(
    'bring the data back with a new epoch, and a reply that waited is looked up, not repeated',
    async () => {
      const { agencyId } = await setup();
      const db = new Database(database());
      const { epoch } = db.prepare('select epoch from agencies').get() as { epoch: string };
      db.prepare(
        `insert into messages (agency_id, id, conversation_id, account_id, direction, kind, text, sent_at, received_at, state, origin, metadata, next_attempt_at)
       values (?, 'm1', 'c1', 'a1', 'outbound', 'text', 'hello', 5, 5, 'queued', 'desk', '{}', 5)`,
      ).run(agencyId);
      db.close();
      const backup = await run(['backup', '--to', 'copies/one.db', '--json']);
      expect(backup.lines).toEqual([
        { path: join(folder, 'copies', 'one.db'), sizeBytes: statSync(join(folder, 'copies', 'one.db')).size },
      ]);
      expect(readdirSync(join(folder, 'copies'))).toEqual(['one.db', 'one.db.sha256']);
      expect((await run(['backup', '--to', 'copies/one.db'])).code).toBe(1);
      await run(['plan', '--plan', 'pro']);
      const restored = await run(['restore', '--from', 'copies/one.db', '--json']);
      expect(restored.lines).toEqual([
        { path: database(), agencies: 1, kept: expect.stringContaining('.before-restore-') },
      ]);
      const after = new Database(database(), { readonly: true });
      expect(after.prepare('select plan, epoch = ? as same from agencies').get(epoch)).toEqual({
        plan: 'plus',
        same: 0,
      });
      expect(after.prepare('select state, attempt_started_at from messages').get()).toEqual({
        state: 'unconfirmed',
        attempt_started_at: 5,
      });
      after.close();
      expect((await run(['audit', '--json'])).lines).toMatchObject([{ ok: true }]);
      expect((await run(['plan', '--json'])).lines).toMatchObject([{ plan: 'plus' }]);
    },
    deadlineMs,
  );

  test(
    'a damaged backup changes nothing',
    async () => {
      await setup();
      const before = readFileSync(database());
      writeFileSync(join(folder, 'bad.db'), 'this is no database, only words'.repeat(200));
      expect(await run(['restore', '--from', 'bad.db'])).toMatchObject({
        code: 1,
        people: expect.stringContaining('Nothing was changed'),
      });
      expect(readFileSync(database()).equals(before)).toBe(true);
    },
    deadlineMs,
  );
});
