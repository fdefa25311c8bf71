import fc from 'fast-check';
import { expect, test } from 'vitest';
import { baseAt, sampleAccount, sampleConversation, sampleMessage } from '../test/samples.ts';
import { tempFolder, tempStore } from '../test/temp-folder.ts';

const now = () => baseAt;
type Store = ReturnType<typeof tempStore>;

function fill(store: Store, messages: number): void {
  store.inOneCommit(() => {
    store.accounts.put(sampleAccount('account-1'));
    for (let number = 0; number < 5; number += 1) store.conversations.put(sampleConversation(`c${number}`), baseAt);
    for (let number = 0; number < messages; number += 1) {
      const message = sampleMessage(`m${number}`, `c${number % 5}`, { sentAt: baseAt + number });
      store.messages.extendThread(message.conversationId, store.messages.put(message)!, message);
    }
  });
  while (store.indexSome());
}

function checkAll(store: Store): void {
  const check = store.check(now);
  while (check.step(7));
}

const change = fc.record({
  what: fc.constantFrom('put', 'put', 'edit', 'remove', 'person', 'gone', 'account', 'undone', 'index', 'look'),
  which: fc.nat(12),
  at: fc.nat(4),
});

test('whatever changes in the cache during a check, it is found sound', () => {
  const store = tempStore();
  fc.assert(
    fc.property(fc.array(change, { maxLength: 80 }), (changes) => {
      store.inOneCommit(store.clear);
      fill(store, 12);
      let check = store.check(now);
      let rev = 1;
      for (const { what, which, at } of changes) {
        rev += 1;
        const about = { rev, sentAt: baseAt + at, text: `words ${rev}` };
        const act = () => {
          if (what === 'put') {
            const message = sampleMessage(`n${rev}`, `c${which % 5}`, about);
            store.messages.extendThread(message.conversationId, store.messages.put(message)!, message);
          }
          if (what === 'edit') store.messages.put(sampleMessage(`m${which}`, 'c1', about));
          if (what === 'remove') store.messages.remove(`m${which}`);
          if (what === 'person')
            store.conversations.put(sampleConversation(`c${which}`, { rev, lastMessageAt: baseAt + at }), baseAt);
          if (what === 'gone') store.messages.removeConversation(`c${which}`);
          if (what === 'account') store.accounts.put(sampleAccount('account-1', { rev }));
          if (what === 'undone') {
            store.messages.put(sampleMessage(`u${rev}`, 'c1', about));
            throw new Error('undone');
          }
        };
        if (what === 'look') check = check.step(3) ? check : store.check(now);
        else if (what === 'index') store.indexSome();
        else if (what === 'undone') expect(() => store.inOneCommit(act)).toThrow('undone');
        else store.inOneCommit(act);
      }
      while (check.step(3));
      checkAll(store);
    }),
    { numRuns: 40 },
  );
});

test.each([
  ['a message that vanished', "DELETE FROM messages WHERE id = 'm3'"],
  ['a message that changed', `UPDATE messages SET document = replace(document, 'barrel', 'carrel') WHERE id = 'm3'`],
  [
    'a message that came from nowhere',
    `INSERT INTO messages SELECT position + 7, 'x', conversation_id, rev, sent_at, NULL, document, sum, waits, has_unknown FROM messages LIMIT 1`,
  ],
  ['a message in the wrong thread', `UPDATE messages SET conversation_id = 'c4' WHERE id = 'm3'`],
  ['a conversation that vanished', `DELETE FROM conversations WHERE id = 'c2'`],
  ['a conversation under another name', `UPDATE conversations SET contact_name = 'Nobody' WHERE id = 'c2'`],
  ['a reply that pretends to wait', `UPDATE messages SET waits = 1 WHERE id = 'm3'`],
  ['a handoff that is not there', `UPDATE conversations SET handoff = 1 WHERE id = 'c2'`],
  ['an account that vanished', 'DELETE FROM accounts'],
  ['a thread that pretends to be complete', 'UPDATE threads SET complete_from = 0'],
  ['words that are not in the index', 'DELETE FROM message_words_docsize'],
  ['an index that leads nowhere', 'DELETE FROM message_words_idx'],
  ['words that the index has lost', `INSERT INTO message_words (message_words) VALUES ('delete-all')`],
])('%s is found', (_what, statement) => {
  const store = tempStore();
  fill(store, 300);
  checkAll(store);
  store.db.unsafeMode(true);
  store.db.exec(statement);
  expect(() => checkAll(store)).toThrow();
});

test('a cache that was never counted is counted, and its documents are brought up to date', () => {
  const folder = tempFolder();
  const before = tempStore(folder);
  fill(before, 20);
  before.db.exec(`
    UPDATE contents SET rows = NULL, sum = NULL WHERE kind <> 'schema';
    UPDATE messages SET sum = NULL, document = json_remove(document, '$.hiddenAt');
    UPDATE conversations SET sum = NULL, document = json_remove(document, '$.erasedAt');
  `);
  before.close();
  const store = tempStore(folder);
  expect(store.conversations.read('c1')).toMatchObject({ erasedAt: null });
  store.inOneCommit(() => store.messages.put(sampleMessage('m1', 'c1', { rev: 5, sentAt: baseAt + 1 })));
  checkAll(store);
  expect(store.db.prepare('SELECT count(*) FROM messages WHERE sum IS NULL').pluck().get()).toBe(0);
  expect(store.messages.page('c0', Number.MAX_SAFE_INTEGER, 0, 99)[0]).toMatchObject({ hiddenAt: null });
  checkAll(store);
  store.db.exec(`DELETE FROM messages WHERE id = 'm4'`);
  expect(() => checkAll(store)).toThrow('lost or changed');
});

test('names and words that are cut in the middle of a character are not damage', () => {
  const store = tempStore();
  const contact = { id: 'x', name: 'Dana \ud83d', username: 'd\0', profileUrl: null };
  store.inOneCommit(() => {
    store.conversations.put(sampleConversation('c1', { contact }), baseAt);
    store.messages.put(sampleMessage('m1', 'c1', { text: '\ud83d half サ\ud83d' }));
  });
  while (store.indexSome());
  checkAll(store);
  expect(store.search.find('half', 5)).toHaveLength(1);
});

test('ids that are cut in the middle of a character, and times before 1970, are not damage', () => {
  const store = tempStore();
  const claimed = { state: 'claimed', claimedBy: { id: 'p\ud83d', name: 'Sam' }, claimedUntil: baseAt } as const;
  const handoff = { id: 'h', reason: 'social_dm_follow_up_needed', openedAt: baseAt, ...claimed } as const;
  store.inOneCommit(() => {
    store.conversations.put(
      sampleConversation('c\ud83d', { accountId: 'a\ud83d', handoff, lastMessageAt: -5 }),
      baseAt,
    );
    store.messages.put(sampleMessage('m\ud83d', 'c\ud83d', { clientMessageId: 'k\ud83d' }));
    store.messages.put(sampleMessage('m2', 'c\ud83d', { sentAt: -5 }));
  });
  while (store.indexSome());
  checkAll(store);
  expect(store.messages.page('c\ud83d', Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 5)).toHaveLength(2);
});

test('places that another clock chose are corrected', () => {
  const store = tempStore();
  fill(store, 1);
  store.db.exec('UPDATE conversations SET lane = 4, lane_position = 0');
  checkAll(store);
  expect(store.conversations.countLanes(baseAt)).toMatchObject({ answer: 5, done: 0 });
});
