import { cpSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { isLive, liveDesk, soon } from '../test/live-desk.ts';
import { baseAt, sampleConversation, sampleMessage } from '../test/samples.ts';
import { filesWith, tempFolder, tempStore } from '../test/temp-folder.ts';
import { testDesk } from '../test/window.ts';
import { createUpkeep } from '../upkeep.ts';
import { localMigrations, migrate } from './migrate.ts';

afterEach(() => void vi.useRealTimers());

test('no file keeps a word, name or index term of an erased person, nor what was written to them', async () => {
  const { relay, desk, dataDir } = await liveDesk();
  const contact = { id: 'contact-c2', name: 'Zebedee Quillfeather', username: 'zq', profileUrl: null };
  relay.put({
    entity: 'conversation',
    id: 'c2',
    document: sampleConversation('c2', {
      contact,
      lastMessage: { id: 'e0', direction: 'inbound', kind: 'text', preview: 'Xylophone', state: 'received' },
      lastMessageAt: baseAt + 5,
    }),
  });
  const messages = (rev: number, about: object) =>
    Array.from({ length: 120 }, (_, n) => ({
      entity: 'message' as const,
      id: `e${n}`,
      document: sampleMessage(`e${n}`, 'c2', {
        rev,
        sentAt: baseAt + n,
        text: `xylophone number ${n} ${'and other words '.repeat(12)}`,
        ...about,
      }),
    }));
  relay.put(...messages(1, {}));
  await vi.waitFor(
    async () => expect((await desk.call('search.find', { text: 'xylo', limit: 100 })).hits).toHaveLength(100),
    soon,
  );
  await desk.call('draft.put', { conversationId: 'c2', tab: 'reply', text: 'Dear Vaucanson', baseRev: 0 });
  await desk.call('thread.seen', { conversationId: 'c2' });
  relay.onCommand = (command) =>
    'text' in command && command.text.includes('held')
      ? { ok: false, refusal: { code: 'window_closed' } }
      : { ok: false, refusal: { code: 'not_stored' } };
  await desk.call('reply.send', { conversationId: 'c2', clientMessageId: 'a', text: 'Vaucanson, held' });
  await vi.waitFor(async () => expect((await desk.call('outbox.list', {})).items[0]?.state).toBe('held'), soon);
  await desk.call('reply.send', { conversationId: 'c2', clientMessageId: 'b', text: 'Vaucanson, waiting' });
  await desk.call('reply.send', { conversationId: 'c1', clientMessageId: 'c', text: 'for somebody else, held' });
  await vi.waitFor(() => expect(desk.outside.shown.some(({ id }) => id === 'c2')).toBe(true), soon);
  expect(filesWith(dataDir, 'xylophone')).not.toEqual([]);
  expect(filesWith(dataDir, 'vaucanson')).not.toEqual([]);

  relay.put(
    {
      entity: 'conversation',
      id: 'c2',
      document: sampleConversation('c2', {
        rev: 9,
        contact: { id: 'contact-c2', name: null, username: null, profileUrl: null },
        state: 'done',
        unreachable: true,
        lastMessage: null,
        erasedAt: baseAt + 9,
      }),
    },
    ...messages(9, { text: null, unsentAt: baseAt + 9 }),
  );
  await vi.waitFor(
    () =>
      expect(['xylophone', 'quillfeather', 'vaucanson', 'zebedee'].flatMap((word) => filesWith(dataDir, word))).toEqual(
        [],
      ),
    soon,
  );
  expect((await desk.call('draft.get', { conversationId: 'c2' })).drafts.reply.text).toBe('');
  expect((await desk.call('outbox.list', {})).items.map(({ clientMessageId }) => clientMessageId)).toEqual(['c']);
  expect(desk.outside.closed).toContain('c2');
  // A window that was still open.
  await desk.call('draft.put', { conversationId: 'c2', tab: 'reply', text: 'Dear Vaucanson', baseRev: 0 });
  expect(filesWith(dataDir, 'vaucanson')).toEqual([]);
  expect(await desk.call('reply.send', { conversationId: 'c2', clientMessageId: 'd', text: 'Hi' })).toMatchObject({
    refusal: { reason: 'recipient_unavailable.nothing_to_write' },
  });
  await isLive(desk);
});

test('words stay in the log while another program reads it, and leave it when that is done', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const folder = tempFolder();
  const store = tempStore(folder);
  const upkeep = createUpkeep({
    store,
    now: () => baseAt,
    failed(error) {
      throw error;
    },
  });
  store.inOneCommit(() => store.messages.put(sampleMessage('m1', 'c1', { text: 'xylophone' })));
  const reader = new Database(join(folder, 'cache.db'), { readonly: true });
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM messages').get();
  store.inOneCommit(() => store.messages.remove('m1'));
  upkeep.wordsWereErased();
  upkeep.soon();
  vi.advanceTimersByTime(30_000);
  expect(filesWith(folder, 'xylophone')).toEqual(['cache.db-wal']);
  reader.close();
  vi.advanceTimersByTime(60_000);
  expect(filesWith(folder, 'xylophone')).toEqual([]);
  upkeep.close();
});

test('a desk that was cut off right after an erasure finishes it at its next start', async () => {
  const folder = tempFolder();
  const store = tempStore(folder);
  store.inOneCommit(() => store.messages.put(sampleMessage('m1', 'c1', { text: 'xylophone' })));
  while (store.indexSome());
  store.inOneCommit(() => store.messages.remove('m1'));
  // The disk as it would be if the power failed now.
  const left = tempFolder();
  cpSync(folder, left, { recursive: true });
  expect(filesWith(left, 'xylophone')).not.toEqual([]);
  await testDesk(left);
  await vi.waitFor(() => expect(filesWith(left, 'xylophone')).toEqual([]), soon);
});

test('drafts of the first version leave nothing behind in their old place', () => {
  const folder = tempFolder();
  const old = new Database(join(folder, 'local.db'));
  migrate(old, localMigrations.slice(0, 1));
  const add = old.prepare('INSERT INTO drafts VALUES (?, ?)');
  for (let number = 0; number < 60; number += 1) add.run(`c${number}`, `Dear Vaucanson ${'and so on '.repeat(20)}`);
  old.close();
  const store = tempStore(folder);
  expect(filesWith(folder, 'vaucanson')).not.toEqual([]);
  store.local.forgetPeople(Array.from({ length: 60 }, (_, number) => `c${number}`));
  store.truncateLogs();
  expect(filesWith(folder, 'vaucanson')).toEqual([]);
});

const edit = fc.record({
  which: fc.nat(9),
  words: fc.array(
    fc.constantFrom('cedar', 'barrel', 'サウナの値段', 'ราคา', 'Niño', '🛁', '値\ud83d段', 'half \ud83d', 'x\0y'),
    { maxLength: 4 },
  ),
  index: fc.boolean(),
  what: fc.constantFrom('put', 'put', 'unsend', 'remove', 'move'),
});

test('the full-text index stays intact and knows exactly what is there, whatever is edited and taken back', () => {
  const store = tempStore();
  fc.assert(
    fc.property(fc.array(edit, { minLength: 5, maxLength: 60 }), (edits) => {
      store.inOneCommit(store.clear);
      let rev = 0;
      for (const { which, words, index, what } of edits) {
        rev += 1;
        const text = words.join(' ');
        const sentAt = baseAt + which + (what === 'move' ? rev : 0);
        store.inOneCommit(() => {
          if (what === 'remove') store.messages.remove(`m${which}`);
          else
            store.messages.put(
              sampleMessage(`m${which}`, 'c1', {
                rev,
                sentAt,
                text: what === 'unsend' ? null : text,
                unsentAt: what === 'unsend' ? 1 : null,
              }),
            );
        });
        if (index) store.indexSome();
      }
      while (store.indexSome());
      for (const table of ['message_words', 'message_pairs'])
        store.db.exec(`INSERT INTO ${table} (${table}) VALUES ('integrity-check')`);
      for (const word of ['cedar', 'barrel', 'nino', '値段', 'ราคา']) {
        const like = store.messages
          .page('c1', Number.MAX_SAFE_INTEGER, 0, 99)
          .filter(({ text }) =>
            (text ?? '')
              .normalize('NFD')
              .replace(/\p{M}/gu, '')
              .toLowerCase()
              .includes(word.normalize('NFD').replace(/\p{M}/gu, '')),
          )
          .map(({ id }) => id);
        expect(store.search.find(word, 99).map(({ messageId }) => messageId)).toEqual(like);
      }
    }),
    { numRuns: 40 },
  );
});
