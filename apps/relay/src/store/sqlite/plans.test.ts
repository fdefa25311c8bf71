import Database from 'better-sqlite3';
import { afterEach, expect, it, vi } from 'vitest';
import { forgetOldChanges, horizonMs } from '../../feed/horizon.ts';
import { type FeedPlace, readPage } from '../../feed/read-page.ts';
import { answerHistory } from '../../gateway/requests.ts';
import { healthRoutes } from '../../http/health-routes.ts';
import { Metrics } from '../../http/metrics.ts';
import type { ApiDeps } from '../../http/register-api.ts';
import { authenticate, revokeDevice } from '../../people/devices.ts';
import { bodyOf, openIntake } from '../../testing/deliveries.ts';
import { wrote } from '../../testing/events.ts';
import { openRelayRoom } from '../../testing/relay-room.ts';

/** Tables that grow with what people write. */
const large =
  'changes commands messages conversations contacts deliveries events leads handoffs early_events delivery_items'.split(
    ' ',
  );

afterEach(() => void vi.restoreAllMocks());

/** Every statement that SQLite gets while `work` runs. */
async function askedWhile(work: () => Promise<void>): Promise<Set<string>> {
  const asked = new Set<string>();
  const prepare = vi.spyOn(Database.prototype, 'prepare');
  await work();
  for (const [sql] of prepare.mock.calls) if (/^\s*(select|update|delete|insert|with)\b/i.test(sql)) asked.add(sql);
  return asked;
}

/** Why this plan would grow with its tables; null if it would not. */
function complaintOf(sql: string, plan: readonly string[]): string | null {
  const aliases = [...sql.matchAll(/\b(?:from|join|update|into)\s+(\w+)(?:\s+(?:as\s+)?(\w+))?/gi)].flatMap(
    ([, table, alias]) => (large.includes(table ?? '') ? [table, alias] : []),
  );
  for (const step of plan) {
    const [, how, name, by = ''] = /^(SCAN|SEARCH) (\w+)(.*)/.exec(step) ?? [];
    if (name === undefined || !aliases.includes(name)) continue;
    if (how === 'SCAN') return step;
    const isWholeAgency = by.endsWith('(agency_id=?)');
    if (isWholeAgency && (!/\blimit\b/i.test(sql) || plan.some((other) => other.includes('TEMP B-TREE')))) return step;
  }
  return null;
}

it('runs no query for the feed, desks, health and clean-ups that reads a whole table', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  const asked = await askedWhile(async () => {
    const { store } = room;
    await using intake = openIntake(room);
    await intake.takes(bodyOf({ mid: 'm1', text: 'Hi' }), bodyOf({ mid: 'm2', text: 'Hi', from: '2' }));
    let place: FeedPlace = { cursor: null, snapshot: null };
    for (let n = 0; n < 4; n += 1) {
      const { page, snapshot } = await readPage(agency.agency, place);
      const { epoch, toSeq } = page.about;
      place = { cursor: toSeq === null ? place.cursor : { epoch, seq: toSeq }, snapshot };
      await agency.hears(wrote({ contact: { senderId: `${n}`, name: null, username: null } }));
    }
    const [first] = await agency.threads();
    await readPage(agency.agency, {
      cursor: null,
      snapshot: { asOf: { epoch: 'x', seq: 1 }, next: { kind: 'moved', afterSeq: 1, upTo: 9 } },
    });
    await answerHistory(room, agency.agent, { conversationId: first!.id, before: null, limit: 10 });
    const metrics = new Metrics();
    const deps = { store, clock: room.clock, metrics } as Partial<ApiDeps> as ApiDeps;
    const ready = healthRoutes(deps).find(({ path }) => path === '/readyz');
    await ready!.handle({} as never);
    await metrics.render();
    await authenticate(store, 'token');
    await revokeDevice(store, agency.id, 'device', 'operator', room.clock());
    room.pass(horizonMs + 1);
    await forgetOldChanges(store, room.clock());
  });
  expect(asked.size).toBeGreaterThan(30);

  const db = new Database(room.databasePath);
  const complaints = [...asked].flatMap((sql) => {
    const names = new Set([...sql.matchAll(/:([a-z]\w*)/gi)].map(([, name]) => name!));
    const values = Object.fromEntries([...names].map((name) => [name, 1]));
    const plan = db.prepare<[object], { detail: string }>(`explain query plan ${sql}`).all(values);
    const complaint = complaintOf(
      sql,
      plan.map(({ detail }) => detail),
    );
    return complaint === null ? [] : [`${complaint}: ${sql}`];
  });
  db.close();
  expect(complaints).toEqual([]);
});

it('would complain about a query that does', () => {
  expect(complaintOf(`select 1 from changes where at < 1`, ['SCAN changes'])).toBe('SCAN changes');
  expect(
    complaintOf(`select distinct entity_id from changes where agency_id = :agency order by entity_id limit 40`, [
      'SEARCH changes USING INDEX changes_entity (agency_id=?)',
      'USE TEMP B-TREE FOR DISTINCT',
    ]),
  ).toContain('SEARCH');
});
