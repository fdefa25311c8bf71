import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { type DamageWay, damageWays } from './test/damage-ways.ts';
import { liveDesk, soon } from './test/live-desk.ts';
import { memorySecrets, type testCore } from './test/plain-core.ts';
import { baseAt, sampleAccount, sampleConversation, sampleMessage } from './test/samples.ts';
import { standInRelay } from './test/stand-in-relay.ts';
import { filesIn, tempFolder } from './test/temp-folder.ts';
import { testDesk } from './test/window.ts';

/**
 * Every kind of damage in the second tier (`npm run test:long`), every fifth here. A desk that is started over a damaged cache works
 * at its first start: everything is back, and what only this computer has was not touched.
 */
const isWhole = process.env['TRANSOM_DAMAGE'] === 'every';
const ways = isWhole ? damageWays : damageWays.filter((_, index) => index % 5 === 0);
/** How long a person would wait; twice that where two cores do other things as well. */
const worksWithinMs = isWhole ? 3_000 : 6_000;
const conversations = 40;
const messagesEach = 12;
const words = ['cedar', 'barrel', 'chimney', 'heater', 'bench', 'glass', 'door', 'wood'];

const maxHits = 100;
/** For each word, the Japanese one of every message, the name of every person, and one message. */
const allHits = [...words.map(() => (conversations * messagesEach) / words.length), maxHits, conversations, 1];

type Desk = Awaited<ReturnType<typeof testCore>>;
const ids = Array.from({ length: conversations }, (_, index) => `c${index}`);

test(`${ways.length} ways to damage a cache: a desk that works at its first start`, {
  timeout: ways.length * 15_000,
}, async () => {
  const relay = await standInRelay();
  relay.put({ entity: 'account', id: 'account-1', document: sampleAccount('account-1') });
  for (const [number, id] of ids.entries()) {
    relay.put({
      entity: 'conversation',
      id,
      document: sampleConversation(id, { accountId: 'account-1', lastMessageAt: baseAt + number, rev: 2 }),
    });
    for (let index = 0; index < messagesEach; index += 1) {
      const text = `${words[(number + index) % words.length]} number ${number * 100 + index} サウナの値段`;
      const document = sampleMessage(`${id}-m${index}`, id, { text, sentAt: baseAt + number * 1_000 + index, rev: 2 });
      relay.put({ entity: 'message', id: document.id, document });
    }
  }
  relay.history = relay.logged().flatMap((change) => (change.entity === 'message' ? (change.document ?? []) : []));
  const secrets = memorySecrets();
  const healthy = tempFolder();
  const first = await testDesk(healthy, secrets);
  await first.call('session.pair', { relayUrl: relay.url, code: 'GOOD-CODE', name: 'x' });
  const right = await vi.waitUntil(async () => {
    const seen = await lookAt(first);
    // The index follows a moment after the messages.
    const hasAll = seen.messages.length === conversations * messagesEach && seen.hits.join() === allHits.join();
    return hasAll && seen.relay === 'live' ? seen : null;
  }, 10_000);
  await first.call('draft.put', { conversationId: 'c1', tab: 'reply', text: 'half a sentence', baseRev: 0 });
  relay.onCommand = () => ({ ok: false, refusal: { code: 'window_closed' } });
  await first.call('reply.send', { conversationId: 'c2', clientMessageId: 'held-1', text: 'The price is 4,900.' });
  await vi.waitFor(async () => expect((await first.call('outbox.list', {})).items[0]?.state).toBe('held'), 5_000);
  await first.core.close();

  const failed: string[] = [];
  const slowest = { name: '', tookMs: 0 };
  for (const way of ways) {
    const { problem, tookMs } = await tryWay(way, healthy, secrets, right);
    if (problem !== null) failed.push(`${way.name}: ${problem}`);
    if (tookMs > slowest.tookMs) Object.assign(slowest, { name: way.name, tookMs });
  }
  console.log(`slowest of ${ways.length}: ${slowest.name}, ${Math.round(slowest.tookMs)} ms`);
  expect(failed).toEqual([]);
});

test.each([
  ['a table that vanishes', 'DROP TABLE threads'],
  ['documents that break', `UPDATE conversations SET document = substr(document, 1, 30)`],
  ['an index that breaks', `UPDATE message_words_data SET block = randomblob(length(block))`],
])('%s under a running desk is repaired without a restart', async (_what, statement) => {
  const { relay, desk, dataDir } = await liveDesk();
  await desk.call('draft.put', { conversationId: 'c1', tab: 'reply', text: 'half a sentence', baseRev: 0 });
  await vi.waitFor(async () =>
    expect((await desk.call('search.find', { text: 'barrel', limit: 9 })).hits).toHaveLength(1),
  );
  const other = new Database(join(filesIn(dataDir), 'cache.db'));
  other.unsafeMode(true);
  other.exec(statement);
  other.close();
  relay.put({
    entity: 'message',
    id: 'm2',
    document: sampleMessage('m2', 'c1', { sentAt: baseAt + 1, text: 'One barrel more' }),
  });
  await vi.waitFor(
    async () => {
      expect((await desk.call('search.find', { text: 'barrel', limit: 9 })).hits).toHaveLength(2);
      const thread = await desk.call('thread.read', { conversationId: 'c1', before: null, limit: 9 });
      expect(thread.messages.map(({ id }) => id)).toEqual(['m1', 'm2']);
      expect((await desk.call('inbox.list', { lane: 'answer', after: null, limit: 9 })).rows).toHaveLength(1);
      expect(await desk.call('session.get', {})).toMatchObject({ trouble: null, connection: { relay: 'live' } });
    },
    { timeout: 15_000, interval: 50 },
  );
  expect(desk.outside.log.filter(({ message }) => message.includes('being rebuilt'))).toHaveLength(1);
  expect((await desk.call('draft.get', { conversationId: 'c1' })).drafts.reply.text).toBe('half a sentence');
});

test('a disk that damages every new cache is reported, and is not worn out by filling one after the other', async () => {
  const { desk, dataDir } = await liveDesk();
  for (let times = 0; times < 5; times += 1) {
    const other = new Database(join(filesIn(dataDir), 'cache.db'));
    other.exec('DROP TABLE IF EXISTS threads');
    other.close();
    await desk.call('thread.read', { conversationId: 'c1', before: null, limit: 9 }).catch(() => undefined);
  }
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).trouble?.code).toBe('cache_damaged'), soon);
  expect(desk.outside.log.filter(({ message }) => message.includes('being rebuilt'))).toHaveLength(3);
});

async function tryWay(way: DamageWay, healthy: string, secrets: ReturnType<typeof memorySecrets>, right: Seen) {
  const folder = tempFolder();
  cpSync(healthy, folder, { recursive: true });
  way.damage(filesIn(folder));
  const from = performance.now();
  const desk = await testDesk(folder, secrets);
  let seen: Seen | string = 'nothing';
  try {
    await vi.waitFor(
      async () => {
        seen = await lookAt(desk);
        expect(seen).toEqual(right);
      },
      { timeout: worksWithinMs, interval: 200 },
    );
    const tookMs = performance.now() - from;
    const draft = await desk.call('draft.get', { conversationId: 'c1' });
    const { items } = await desk.call('outbox.list', {});
    expect(draft.drafts.reply).toEqual({ text: 'half a sentence', rev: 1 });
    expect(items).toMatchObject([{ clientMessageId: 'held-1', text: 'The price is 4,900.', state: 'held' }]);
    // What somebody put in its place is not ours to change.
    for (const [file, content] of [['letter.txt', 'Dear Sir,']] as const)
      if (existsSync(join(folder, file))) expect(readFileSync(join(folder, file), 'utf8')).toBe(content);
    return { problem: null, tookMs };
  } catch (error) {
    return { problem: explain(error, seen, desk), tookMs: performance.now() - from };
  } finally {
    await desk.core.close();
  }
}

function explain(error: unknown, seen: unknown, desk: Desk): string {
  const last = desk.outside.log.slice(-3).map(({ message, facts }) => `${message} ${JSON.stringify(facts)}`);
  const brief = JSON.stringify(seen, (_key, value) => (Array.isArray(value) ? value.length : (value as unknown)));
  return `${String(error).slice(0, 160)} | ${brief} | ${last.join('; ')}`;
}

/** Everything that a person could see. */
async function lookAt(desk: Desk) {
  const session = await desk.call('session.get', {});
  const rows = (await desk.call('inbox.list', { lane: 'answer', after: null, limit: 500 })).rows.map((row) => row.id);
  const messages: string[] = [];
  for (const conversationId of ids) {
    const thread = await desk.call('thread.read', { conversationId, before: null, limit: 100 });
    messages.push(...thread.messages.map(({ id, text }) => `${id} ${text}`));
  }
  const hits: number[] = [];
  for (const text of [...words, '値段', 'dana', 'number 1203'])
    hits.push((await desk.call('search.find', { text, limit: maxHits })).hits.length);
  const counts = await desk.call('inbox.counts', {});
  return {
    relay: session.connection.relay,
    trouble: session.trouble,
    accounts: session.accounts,
    person: session.person,
    rows,
    counts,
    messages,
    hits,
  };
}
type Seen = Awaited<ReturnType<typeof lookAt>>;
