import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { because, en, sentenceOf } from '@transom/shared';
import Database from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { databaseAt } from '../store/database-at.ts';
import { whyAMessageFailed } from '../store/migrations/0013-why-a-message-failed.ts';
import { migrations } from '../store/migrations/in-order.ts';
import { type AgencyWork, inWork } from './agency-work.ts';
import { readMessage } from './documents/message.ts';
import { deny, noteLook } from './doubts.ts';
import { markSent } from './sending.ts';

/** The database of a relay that wrote sentences, one of them with a colleague's name. */
const recorded = new URL('../store/sqlite/recorded/v2.sql', import.meta.url);
type OldRow = { agency_id: string; id: string; state: string; failure_code: string; failure_detail: string };

async function openOld() {
  const folder = mkdtempSync(join(tmpdir(), 'transom-why-'));
  const path = join(folder, 'transom.db');
  const db = new Database(path);
  db.exec(readFileSync(recorded, 'utf8'));
  const old = db
    .prepare<[], OldRow>(
      `select agency_id, id, state, failure_code, failure_detail from messages where failure_detail is not null`,
    )
    .all();
  db.close();
  const store = databaseAt(`sqlite:${path}`).open();
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const agencyId = old[0]?.agency_id ?? '';
  const agency = store.forAgency(agencyId);
  const columns = (id: string) =>
    agency.read((tx) =>
      tx.get(
        `select failure_code as code, failure_reason as reason, failure_params as params, failure_by as "by", failure_detail as detail
         from messages where agency_id = :agency and id = :id`,
        { id },
      ),
    );
  return {
    old,
    agency,
    columns,
    failure: async (id: string) => (await agency.read((tx) => readMessage(tx, id, 0)))?.failure,
    does: (action: (work: AgencyWork) => Promise<unknown>) => inWork(agency, Date.now, action),
    unsure: old.find(({ state }) => state === 'unconfirmed')!,
  };
}

it('shows the sentence of a failure that was stored as a sentence', async () => {
  const it = await openOld();
  expect(it.old.length).toBeGreaterThan(8);
  for (const { id, failure_code: code, failure_detail: detail } of it.old) {
    expect(await it.failure(id)).toEqual({ code, detail });
    expect(sentenceOf(en, { code, detail })).toBe(detail);
  }
});

it('lets no older relay use the database', () => {
  expect(whyAMessageFailed.compatibleWith).toBe(migrations.indexOf(whyAMessageFailed) + 1);
});

it('keeps no sentence once the message has changed', async () => {
  const it = await openOld();
  const { id } = it.unsure;
  await it.does((work) => noteLook(work, id, { look: 1, nextLookAt: null, why: because('unconfirmed.checking') }));
  expect(await it.failure(id)).toEqual(because('unconfirmed.checking'));
  expect(await it.columns(id)).toEqual({
    ...{ code: 'unconfirmed', reason: 'unconfirmed.checking' },
    ...{ params: null, by: null, detail: null },
  });
  await it.does((work) => markSent(work, id, { nativeMessageId: 'n', to: 'sent', as: 'message.confirmed_by_echo' }));
  expect(await it.failure(id)).toBeNull();
  expect(Object.values((await it.columns(id))!)).toEqual([null, null, null, null, null]);
});

it('keeps who looked, and shows the name that this person has now', async () => {
  const it = await openOld();
  const { id } = it.unsure;
  const person = await it.agency.read((tx) =>
    tx.get<{ id: string; name: string }>(`select id, name from people where agency_id = :agency order by id limit 1`),
  );
  await it.does((work) => deny(work, id, person!.id));
  expect(await it.columns(id)).toEqual({
    ...{ code: 'not_arrived', reason: 'not_arrived.by', params: null },
    ...{ by: person!.id, detail: null },
  });
  expect(await it.failure(id)).toEqual(because('not_arrived.by', { name: person!.name }));
  await it.agency.write((tx) =>
    tx.run(`update people set name = 'Dana Holm' where agency_id = :agency and id = :id`, { id: person!.id }),
  );
  expect(sentenceOf(en, (await it.failure(id))!)).toBe('Dana Holm checked: it did not arrive. It can be sent again.');
});
