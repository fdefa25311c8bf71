import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hourMs, laneOf, minuteMs, newId } from '@transom/shared';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { normalizeDelivery, takeOut } from '../channels/all.ts';
import { applyForgotten } from '../forgotten/apply-forgotten.ts';
import { inWork } from '../ledger/agency-work.ts';
import { listAccounts } from '../ledger/documents/account.ts';
import { databaseAt } from '../store/database-at.ts';
import { commented, noon, wrote } from '../testing/events.ts';
import { type AgencyInRoom, openRelayRoom, type RelayRoom } from '../testing/relay-room.ts';
import { forPartner } from './for-partner.ts';
import { grant } from './grants.ts';
import { partnerTx } from './partner-tx.ts';
import { addPartner, addPartnerPerson, listPartners } from './partners.ts';

async function openPartner() {
  const room = await openRelayRoom();
  const agency = await room.addAgency();
  const partnerId = await addPartner(room.store, 'Growth Partners', room.clock());
  const given = await grantTo(room, agency, partnerId);
  return {
    room,
    agency,
    partnerId,
    grantId: given?.grantId ?? '',
    partner: forPartner(room.store, partnerId),
    [Symbol.asyncDispose]: () => room[Symbol.asyncDispose](),
  };
}
const grantTo = (room: RelayRoom, { agency, owner }: AgencyInRoom, partnerId: string) =>
  inWork(agency, room.clock, (work) => grant(work, partnerId, owner.person.id));

it('shows how a business is doing', async () => {
  await using it = await openPartner();
  const { agency, room, partner } = it;
  await agency.hears(
    wrote({ contact: { senderId: '1', name: 'Maya', username: null }, sentAt: noon - 21 * hourMs }),
    wrote({ contact: { senderId: '2', name: 'Pia', username: null }, sentAt: noon - hourMs }),
    wrote({ contact: { senderId: '3', name: 'Hal', username: null }, sentAt: noon - 30 * hourMs }),
    commented({ commentId: 'c1', sentAt: noon }),
  );
  const { id } = await agency.addAccount({ nativeId: '9', token: 't' });
  await agency.agency.write((tx) =>
    tx.run(`update accounts set state = 'reauth_required' where agency_id = :agency and id = :id`, { id }),
  );
  expect(await partner.glance(agency.id, room.clock())).toEqual({
    agencyId: agency.id,
    needAnswer: 3,
    closing: 1,
    missed: 1,
    oldestSinceAt: noon - 21 * hourMs,
    accounts: { connected: 1, reauth_required: 1, disconnected: 0 },
  });
  expect(await partner.businesses()).toEqual([{ agencyId: agency.id, name: 'Nordic Saunas', grantedAt: noon }]);
});

/** A small generator with its own seed: the same conversations in every run. */
function chanceOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

it('counts like the lanes of a desk, whatever the windows are', async () => {
  await using it = await openPartner();
  const { agency, partner } = it;
  const late = await agency.addAccount({ nativeId: '9', token: 't' });
  const unknown = await agency.addAccount({ nativeId: '8', token: 't' });
  await agency.agency.write(async (tx) => {
    await tx.run(`update accounts set human_agent_approved = 1 where agency_id = :agency and id = :id`, {
      id: late.id,
    });
    await tx.run(`update accounts set channel = 'pigeon' where agency_id = :agency and id = :id`, { id: unknown.id });
  });
  const chance = chanceOf(7);
  const ago = (): number => noon - chance(10 * 24 * 60) * minuteMs;
  await agency.agency.write(async (tx) => {
    for (let number = 0; number < 600; number += 1) {
      const account = [agency.account, late, unknown][chance(3)] ?? agency.account;
      const [hasWritten, hasCommented, isUsed] = [chance(3) > 0, chance(2) > 0, chance(2) > 0];
      await tx.run(
        `insert into contacts (agency_id, id, account_id, sender_id, metadata, created_at)
         values (:agency, :id, :accountId, :id, '{"social":{"profileUrl":null}}', 1)`,
        { id: `t${number}`, accountId: account.id },
      );
      await tx.run(
        `insert into conversations (agency_id, id, account_id, contact_id, channel, state, metadata, window_opened_at, window_by_ad,
           comment_message_id, comment_at, private_reply_used_at, private_reply_on_its_way, unreachable, snoozed_until, unanswered_since_at, last_message_at, created_at)
         select :agency, :id, a.id, :contactId, a.channel, :state, '{"source":{"kind":"dm"}}', :openedAt, :byAd,
           :commentId, :commentAt, :usedAt, :onItsWay, :unreachable, :snoozedUntil, :sinceAt, :sinceAt, 1
         from accounts a where a.agency_id = :agency and a.id = :accountId`,
        {
          id: newId(),
          contactId: `t${number}`,
          accountId: account.id,
          state: ['needs_answer', 'needs_answer', 'answered', 'done'][chance(4)] ?? 'done',
          openedAt: hasWritten ? ago() : null,
          byAd: chance(2),
          commentId: hasCommented ? 'm' : null,
          commentAt: hasCommented ? ago() : null,
          usedAt: hasCommented && isUsed ? ago() : null,
          onItsWay: hasCommented && isUsed ? chance(2) : 0,
          unreachable: chance(6) === 0 ? 1 : 0,
          // Before, between and after the three moments at which both count.
          snoozedUntil: chance(4) === 0 ? noon + (chance(8) - 1) * 24 * hourMs : null,
          sinceAt: ago(),
        },
      );
    }
  });
  const accounts = new Map((await agency.agency.read((tx) => listAccounts(tx, 0))).map((each) => [each.id, each]));
  const threads = await agency.threads();
  for (const now of [noon, noon + 3 * hourMs, noon + 5 * 24 * hourMs]) {
    const inLane = (...lanes: string[]) =>
      threads.filter((thread) => {
        const account = accounts.get(thread.accountId);
        return account !== undefined && lanes.includes(laneOf(thread, now, account));
      });
    const waiting = inLane('closing', 'answer');
    const glance = await partner.glance(agency.id, now);
    expect(glance).toMatchObject({
      needAnswer: waiting.length,
      closing: inLane('closing').length,
      missed: inLane('missed').length,
      oldestSinceAt: Math.min(...waiting.map(({ unansweredSinceAt }) => unansweredSinceAt ?? Number.NaN)),
    });
    expect(Math.min(glance?.closing ?? 0, glance?.missed ?? 0)).toBeGreaterThan(0);
  }
});

it('never reveals a word of a business, whatever column it is in', async () => {
  await using it = await openPartner();
  const { agency, room, partner } = it;
  await agency.hears(wrote({ text: 'How much?' }), commented({ commentId: 'c1' }));
  const conversationId = (await agency.threads())[0]?.id ?? '';
  await agency.perform(agency.agent, { kind: 'reply.send', conversationId, text: 'It is 4,900.' });
  const before = await partner.glance(agency.id, noon);
  expect(before).toMatchObject({ needAnswer: 1 });
  const whole = join(room.folder, 'whole.db');
  const db = new Database(room.databasePath);
  db.prepare('vacuum into ?').run(whole);
  const columns = db
    .prepare<[], { table: string; column: string }>(
      `select t.name as "table", c.name as "column" from sqlite_schema t join pragma_table_info(t.name) c
       where t.type = 'table' and c.type = 'TEXT' and c.name <> 'agency_id' and t.name <> 'partner_grants'
         and exists (select 1 from pragma_table_info(t.name) where name = 'agency_id')`,
    )
    .all();
  db.close();
  const planted: string[] = [];
  for (const { table, column } of columns) {
    const path = join(room.folder, 'planted.db');
    for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
    copyFileSync(whole, path);
    // Also where the relay expects JSON.
    if (plant(path, table, column, '"zanzibar"')) planted.push(`${table}.${column}`);
    const store = databaseAt(`sqlite:${path}`).open();
    const partnerThere = forPartner(store, it.partnerId);
    const answers = [await partnerThere.glance(agency.id, noon), await partnerThere.businesses()];
    await store.close();
    expect(JSON.stringify(answers), `${table}.${column}`).not.toContain('zanzibar');
  }
  expect(planted).toEqual(
    expect.arrayContaining(['messages.text', 'contacts.name', 'accounts.name', 'accounts.state', 'events.detail']),
  );
  expect(planted.length).toBeGreaterThan(60);
});

/** Whether any row took the word: a table may be empty, and a column may allow known words only. */
function plant(path: string, table: string, column: string, word: string): boolean {
  const db = new Database(path);
  const triggers = db.prepare<[], string>(`select name from sqlite_schema where type = 'trigger'`).pluck().all();
  for (const name of triggers) db.exec(`drop trigger ${name}`);
  const { changes } = db.prepare(`update or ignore ${table} set ${column} = ?`).run(word);
  db.close();
  return changes > 0;
}

it('reads nothing without a grant, with another partner\u2019s, or once an owner has ended it', async () => {
  await using it = await openPartner();
  const { agency, room, partner, grantId, partnerId } = it;
  const other = await room.addAgency({ nativeId: '2' });
  const stranger = forPartner(room.store, await addPartner(room.store, 'Somebody else', 1));
  expect(await partner.glance(other.id, noon)).toBeNull();
  expect(await stranger.glance(agency.id, noon)).toBeNull();
  expect(await stranger.businesses()).toEqual([]);

  const end = { kind: 'partner.end_grant', grantId } as const;
  expect(await agency.perform(agency.agent, end)).toMatchObject({ refusal: { code: 'forbidden' } });
  expect(await other.perform(other.owner, end)).toMatchObject({ refusal: { reason: 'not_found.grant' } });
  expect(await partner.glance(agency.id, noon)).not.toBeNull();
  room.pass(minuteMs);
  expect(await agency.perform(agency.owner, end)).toMatchObject({ ok: true });
  expect(await partner.glance(agency.id, noon)).toBeNull();
  expect(await partner.businesses()).toEqual([]);
  expect(await agency.perform(agency.owner, end)).toMatchObject({ refusal: { reason: 'not_found.grant' } });
  expect(
    (await agency.trail())
      .filter(({ action }) => action.startsWith('partner.'))
      .map(({ actor, action, target }) => [actor, action, target]),
  ).toEqual([
    [agency.owner.person.id, 'partner.granted', grantId],
    [agency.owner.person.id, 'partner.grant_ended', grantId],
  ]);
  const ended = await room.store.read((tx) =>
    tx.all(`select granted_by, granted_at, ended_by, ended_at from partner_grants`),
  );
  const by = agency.owner.person.id;
  expect(ended).toEqual([{ granted_by: by, granted_at: noon, ended_by: by, ended_at: noon + minuteMs }]);
  // Granted again, it is a new grant.
  expect((await grantTo(room, agency, partnerId))?.grantId).not.toBe(grantId);
  expect(await partner.glance(agency.id, noon)).not.toBeNull();
});

it('is granted by owners only, and once at a time', async () => {
  await using it = await openPartner();
  const { agency, room, partnerId, grantId } = it;
  for (const { person } of [agency.agent, agency.viewer])
    expect(await inWork(agency.agency, room.clock, (work) => grant(work, partnerId, person.id))).toBeNull();
  expect(await grantTo(room, agency, partnerId)).toEqual({ grantId, isNew: false });
});

it('no row of a business names the partner', async () => {
  await using it = await openPartner();
  const db = new Database(it.room.databasePath, { readonly: true });
  const tables = db
    .prepare<[], string>(
      `select name from sqlite_schema t where type = 'table' and exists (select 1 from pragma_table_info(t.name) where name = 'agency_id')`,
    )
    .pluck()
    .all();
  const naming = tables.filter((name) =>
    JSON.stringify(db.prepare(`select * from ${name}`).all()).includes(it.partnerId),
  );
  db.close();
  expect(naming).toEqual(['partner_grants']);
});

it.each([`select * from messages`, `select text from messages where agency_id = :agency`, 'toString', ''])(
  'takes only known questions, no statement: %s',
  async (asked) => {
    await using it = await openPartner();
    const { room, agency, partnerId } = it;
    const ask = room.store.read((tx) => partnerTx(tx, partnerId).ask(asked as 'waiting', agency.id));
    await expect(ask).rejects.toThrow('known questions only');
  },
);

it('asks nothing if no grant is open, even if a caller forgets to check', async () => {
  await using it = await openPartner();
  const other = await it.room.addAgency({ nativeId: '2' });
  const ask = it.room.store.read((tx) => partnerTx(tx, it.partnerId).ask('accounts', other.id));
  await expect(ask).rejects.toThrow('No grant is open');
});

it('an ended grant stays ended when an older backup is restored', async () => {
  await using it = await openPartner();
  const { room, agency, grantId, partner } = it;
  const row = { agencyId: agency.id, kind: 'grant_ended', subject: grantId, target: 'olga', at: noon } as const;
  await applyForgotten({ store: room.store, normalize: normalizeDelivery, takeOut }, [row], noon);
  expect(await partner.glance(agency.id, noon)).toBeNull();
});

it('has people of its own', async () => {
  await using it = await openPartner();
  const { room, partnerId } = it;
  const someone = { name: 'Ines', role: 'manager' } as const;
  expect(await addPartnerPerson(room.store, { ...someone, partnerId }, 1)).not.toBeNull();
  expect(await addPartnerPerson(room.store, { ...someone, partnerId: 'nobody' }, 1)).toBeNull();
  expect(await listPartners(room.store)).toEqual([{ id: partnerId, name: 'Growth Partners', people: 1 }]);
});
