import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openIdentities } from '../apps/desktop/core/identities/identities.ts';
import { loadDatabase } from '../build/record/load.ts';
import { placesOf } from '../build/record/places.ts';
import { readRecording } from '../build/record/read.ts';
import { openRecordedStage } from '../build/record/replay.ts';
import type { Stage } from '../build/record/stage.ts';
import { root } from '../build/root.ts';
import { connectDesk } from '../build/stack/desk-client.ts';
import { start } from '../build/stack/process.ts';
import { until } from '../build/stack/until.ts';
import { byId, contentsOf, heldThen } from './older/desk-contents.ts';
import { frozenVersions } from './older/frozen.ts';

/** How many migrations the relay's database of each version has run. */
const steps = { 1: 1, 2: 8 } as const;

/** The current programs open databases of older versions, and lose nothing in them. */
describe.each(frozenVersions)('version %i', (version) => {
  const recording = readRecording(version);
  const places = placesOf(version);
  let dir: string;
  let stage: Stage;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'transom-older-files-'));
    stage = await openRecordedStage(version, recording);
  });
  afterAll(async () => {
    await stage?.close();
    await rm(dir, { recursive: true, force: true });
  });

  test('the relay migrates its database, and every row is still there', async () => {
    const then = tablesOf(stage.databasePath);
    expect(await stage.operate('migrate')).toMatchObject({ from: steps[version] });
    const now = tablesOf(stage.databasePath);
    for (const [table, rows] of then) {
      const present = now.get(table);
      if (present !== undefined)
        expect(present, table).toEqual(rows.map((row) => expect.objectContaining(row) as unknown));
      // A table may be dropped if another one keeps what it knew.
      else
        for (const value of rows.flatMap(nativeIds))
          expect(findAnywhere(now, value), `${value} of ${table}`).toBe(true);
    }
    expect(await stage.operate('audit', 'verify')).toMatchObject({ ok: true, entries: then.get('events')?.length });
  });

  test('the desk opens its files: conversations, messages, drafts, what was seen and what waits are there', async () => {
    loadDatabase(join(root, places.deskCache), join(dir, 'cache.db'));
    loadDatabase(join(root, places.deskLocal), join(dir, 'local.db'));
    const local = tablesOf(join(dir, 'local.db'));
    const host = await start<{ url: string }>({
      name: 'desk',
      script: join(root, 'apps/desktop/hosts/browser/main.ts'),
      args: ['--data', dir, '--port', '0', '--json'],
    });
    const desk = await connectDesk(host.ready.url);
    try {
      const { agency, person, trouble } = await desk.call('session.get', {});
      expect({ agency, person, trouble }).toMatchObject({
        agency: { plan: 'pro' },
        person: { name: 'Dana' },
        trouble: null,
      });
      const then = heldThen(recording);
      const { rows, messages } = await contentsOf(desk);
      expect(byId(rows)).toMatchObject(byId(then.documents('conversation')));
      expect(byId(messages)).toMatchObject(byId(then.documents('message')));

      const { items } = await desk.call('outbox.list', {});
      expect(items).toMatchObject(
        (local.get('outbox') ?? []).map(({ client_message_id, conversation_id, text, kind, refusal, state }) => ({
          ...{ clientMessageId: client_message_id, conversationId: conversation_id, text, kind },
          ...(state === 'held' ? { state, refusal: JSON.parse(String(refusal)) as unknown } : {}),
        })),
      );
      for (const { conversation_id, text } of local.get('drafts') ?? [])
        expect((await desk.call('draft.get', { conversationId: String(conversation_id) })).drafts.reply.text).toBe(
          text,
        );
      for (const { conversation_id, seen_at } of local.get('seen') ?? []) {
        const row = rows.find(({ id }) => id === conversation_id);
        const saidAt = row?.lastMessage?.direction === 'inbound' ? row.lastMessageAt : 0;
        const reactedAt = row?.lastReaction?.at ?? 0;
        const newestAt = Math.max(saidAt, reactedAt > (row?.lastMessageAt ?? 0) ? reactedAt : 0);
        expect(row?.unread).toBe(newestAt > Number(seen_at));
      }
      await until('old words are found', async () => {
        const { hits } = await desk.call('search.find', { text: 'barr', limit: 10 });
        return hits.some(({ contact }) => contact?.name === 'Maya Lindqvist') || undefined;
      });
    } finally {
      desk.close();
      await host.stop();
    }
    expect(existsSync(join(dir, 'local.db'))).toBe(false);
    const now = tablesOf(join(openIdentities(dir).folder(), 'local.db'));
    for (const table of ['drafts', 'seen', 'identity'])
      expect(now.get(table), table).toEqual(local.get(table)?.map((row) => expect.objectContaining(row) as unknown));
  });
});

type Row = Readonly<Record<string, unknown>>;

/** Every table with its rows in a fixed order. SQLite's own tables, and search indexes, are left out. */
function tablesOf(path: string): Map<string, Row[]> {
  const db = new Database(path, { readonly: true });
  try {
    const names = db
      .prepare<[], string>(
        `select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' and sql not like '%virtual%'`,
      )
      .pluck()
      .all();
    return new Map(names.map((name) => [name, db.prepare<[], Row>(`select * from ${name} order by 1, 2`).all()]));
  } finally {
    db.close();
  }
}

function nativeIds(row: Row): string[] {
  return Object.entries(row).flatMap(([name, value]) => (name.startsWith('native_') ? [String(value)] : []));
}
function findAnywhere(tables: ReadonlyMap<string, Row[]>, value: string): boolean {
  return [...tables.values()]
    .flat()
    .some((row) => Object.values(row).some((held) => typeof held === 'string' && held.includes(value)));
}
