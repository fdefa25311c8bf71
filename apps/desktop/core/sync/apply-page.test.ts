import type { Change } from '@transom/shared';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Store } from '../cache/store.ts';
import { baseAt, sampleAccount, sampleConversation, sampleMessage } from '../test/samples.ts';
import { tempStore } from '../test/temp-folder.ts';
import { applyPage, type ReadPage } from './apply-page.ts';

const change = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      entity: fc.constant('message' as const),
      which: fc.nat(8),
      conversation: fc.nat(3),
      at: fc.nat(5),
      gone: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      entity: fc.constant('conversation' as const),
      which: fc.nat(3),
      conversation: fc.nat(3),
      at: fc.nat(5),
      gone: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      entity: fc.constant('account' as const),
      which: fc.nat(1),
      conversation: fc.nat(1),
      at: fc.nat(5),
      gone: fc.boolean(),
    }),
  },
);

test('however a stream is split, repeated and cut, the tables end up the same', () => {
  const whole = tempStore();
  const parts = tempStore();
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 60 }),
      fc.array(
        fc.record({ size: fc.integer({ min: 1, max: 9 }), what: fc.constantFrom('ok', 'twice', 'skip', 'old') }),
      ),
      fc.nat(20),
      (drawn, ways, snapshotTo) => {
        const log = drawn.map((facts, index) => changeOf(facts, index + 1));
        for (const store of [whole, parts]) store.inOneCommit(store.clear);
        expect(applyPage(whole, page('snapshot', log, 0, 0, true), false)).not.toBeNull();
        if (log.length > 0) expect(applyPage(whole, page('changes', log, 0, log.length, false), false)).not.toBeNull();

        applyPage(parts, page('snapshot', log, 0, 0, true), false);
        let way = 0;
        for (let at = 0; at < log.length; ) {
          const { size, what } = ways[way++] ?? { size: 7, what: 'ok' };
          const to = Math.min(at + size, log.length);
          if (what === 'skip' && to < log.length)
            expect(applyPage(parts, page('changes', log, to, log.length, false), false)).toBeNull();
          else if (what === 'old' && at > 0)
            expect(applyPage(parts, page('changes', log, at - 1, to, false), false)).toBeNull();
          else {
            expect(applyPage(parts, page('changes', log, at, to, false), false)).not.toBeNull();
            if (what === 'twice') expect(applyPage(parts, page('changes', log, at, to, false), false)).toBeNull();
            at = to;
          }
        }
        expect(tablesOf(parts)).toEqual(tablesOf(whole));

        // A snapshot that was cut off after its first page is not continued by another connection, and starts over.
        const end = Math.min(snapshotTo, log.length);
        applyPage(parts, { ...page('snapshot', log, 0, end, true), toSeq: null }, false);
        expect(parts.feed.cursor()).toBeNull();
        expect(applyPage(parts, page('snapshot', log, end, log.length, false), false)).toBeNull();
        applyPage(parts, { ...page('snapshot', log, 0, 0, true), toSeq: 0 }, false);
        if (log.length > 0) applyPage(parts, page('changes', log, 0, log.length, false), false);
        expect(tablesOf(parts)).toEqual(tablesOf(whole));
      },
    ),
    { numRuns: 100 },
  );
});

test('a page that cannot be stored changes neither rows nor cursor', () => {
  const store = tempStore();
  const log = [
    changeOf({ entity: 'message', which: 1, conversation: 1, at: 1, gone: false }, 1),
    changeOf({ entity: 'message', which: 2, conversation: 1, at: 1, gone: false }, 2),
  ];
  applyPage(store, page('snapshot', log, 0, 0, true), false);
  store.db.exec(
    `CREATE TEMP TRIGGER full BEFORE INSERT ON messages WHEN new.id = 'm2' BEGIN SELECT RAISE(ABORT, 'no room'); END`,
  );
  expect(() => applyPage(store, page('changes', log, 0, 2, false), false)).toThrow('no room');
  expect(store.feed.cursor()).toEqual({ epoch: 'e', seq: 0 });
  expect(store.messages.page('c1', Number.MAX_SAFE_INTEGER, 0, 9)).toEqual([]);
});

test('an older revision never replaces a newer one', () => {
  const store = tempStore();
  store.messages.put(sampleMessage('m1', 'c1', { rev: 5, text: 'new' }));
  expect(store.messages.put(sampleMessage('m1', 'c1', { rev: 4, text: 'old' }))).toBeNull();
  store.accounts.put(sampleAccount('a1', { rev: 5 }));
  expect(store.accounts.put(sampleAccount('a1', { rev: 5 }))).toBe(false);
  expect(store.messages.page('c1', Number.MAX_SAFE_INTEGER, 0, 9)).toMatchObject([{ text: 'new' }]);
});

test('odd shapes and unknown entities are kept, and their neighbors are read', () => {
  const store = tempStore();
  const odd = [
    { seq: 1, entity: 'message', id: 'x', document: { id: 'x' } },
    { seq: 2, entity: 'constructor', id: 'y', document: {} },
    { seq: 3, entity: 'message', id: 'm1', document: sampleMessage('m1', 'c1') },
  ];
  expect(applyPage(store, { ...page('snapshot', [], 0, 0, true), changes: odd, toSeq: 3 }, false)).toMatchObject({
    kept: ['x', 'y'],
    messages: [{ id: 'm1' }],
  });
  expect(store.unread.list()).toMatchObject([
    { seq: 1, entity: 'message', id: 'x', document: { id: 'x' } },
    { seq: 2, entity: 'constructor', id: 'y', document: {} },
  ]);
});

function changeOf(
  {
    entity,
    which,
    conversation,
    at,
    gone,
  }: { entity: 'message' | 'conversation' | 'account'; which: number; conversation: number; at: number; gone: boolean },
  seq: number,
): Change {
  if (entity === 'message') {
    const id = `m${which}`;
    return {
      seq,
      entity,
      id,
      document:
        gone && seq % 3 === 0
          ? null
          : sampleMessage(id, `c${conversation}`, { rev: seq, sentAt: baseAt + at, text: `text ${seq}` }),
    };
  }
  if (entity === 'conversation') {
    const id = `c${which}`;
    return {
      seq,
      entity,
      id,
      document:
        gone && seq % 5 === 0
          ? null
          : sampleConversation(id, { rev: seq, accountId: `a${conversation % 2}`, lastMessageAt: baseAt + at }),
    };
  }
  const id = `a${which}`;
  return {
    seq,
    entity,
    id,
    document: gone && seq % 4 === 0 ? null : sampleAccount(id, { rev: seq, humanAgentApproved: at > 2 }),
  };
}

function page(
  kind: 'snapshot' | 'changes',
  log: readonly Change[],
  from: number,
  to: number,
  first: boolean,
): ReadPage {
  return {
    kind,
    epoch: 'e',
    first,
    fromSeq: kind === 'snapshot' ? null : from,
    toSeq: to,
    changes: log.slice(from, to).map((one) => ({ ...one, document: structuredClone(one.document) })),
    caughtUp: to === log.length,
    serverNow: baseAt,
  };
}

function tablesOf(store: Store & { db: ReturnType<typeof tempStore>['db'] }) {
  while (store.indexSome());
  const all = (sql: string) => store.db.prepare(sql).all();
  return {
    conversations: all(
      'SELECT id, rev, lane, lane_position, placed_from, placed_until, document FROM conversations ORDER BY id',
    ),
    messages: all('SELECT * FROM messages ORDER BY position'),
    accounts: all('SELECT * FROM accounts ORDER BY id'),
    threads: all('SELECT * FROM threads ORDER BY conversation_id'),
    indexed: all('SELECT id FROM message_words_docsize ORDER BY id'),
    cursor: store.feed.cursor(),
  };
}
