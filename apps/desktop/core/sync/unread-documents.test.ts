import { type FeedPage, type Message } from '@transom/shared';
import { Manager } from 'socket.io-client';
import { expect, test } from 'vitest';
import { baseAt, sampleConversation, sampleMessage } from '../test/samples.ts';
import { tempFolder, tempStore } from '../test/temp-folder.ts';
import { applyPage, pageSchema, type ReadPage, readAgain } from './apply-page.ts';
import { readThread } from './read-thread.ts';

type Told = { readonly entity: string; readonly id: string; readonly document: unknown; readonly seq?: number };

/** Sends one page after another, like a relay that knows more than this build. */
function newerRelay(store = tempStore()) {
  let seq = 0;
  return {
    store,
    tells(...told: Told[]) {
      const fromSeq = seq;
      const changes = told.map((change) => ({ seq: (seq += 1), mergedInto: null, ...change }));
      const isFirst = fromSeq === 0;
      const page: ReadPage = {
        ...{ kind: isFirst ? 'snapshot' : 'changes', epoch: 'e', first: isFirst, caughtUp: true, serverNow: baseAt },
        ...{ fromSeq: isFirst ? null : fromSeq, toSeq: seq, changes },
      };
      const applied = applyPage(store, page, false);
      expect(store.feed.cursor()).toEqual({ epoch: 'e', seq });
      return applied;
    },
    messages: (id = 'c1'): Message[] => store.messages.page(id, Number.MAX_SAFE_INTEGER, 0, 99),
    kept: () => store.unread.list().map(({ entity, id, rev }) => `${entity} ${id} ${rev}`),
  };
}
const of = (entity: string, id: string, document: unknown): Told => ({ entity, id, document });

test('a document that cannot be read is kept as it came, until something newer can be read or it is gone', () => {
  const { tells, kept, store } = newerRelay();
  const odd = { ...sampleConversation('c1', { rev: 2 }), contact: 'Maya', since: 'later' };
  expect(tells(of('conversation', 'c1', odd), of('campaign', 'x', { rev: 1, secret: '\u{1F9D6}' }))).toMatchObject({
    conversations: [],
    kept: ['c1', 'x'],
  });
  expect(store.unread.list().map(({ document }) => document)).toEqual([odd, { rev: 1, secret: '\u{1F9D6}' }]);
  // An older revision that can be read is shown, and does not replace what is newer.
  tells(of('conversation', 'c1', sampleConversation('c1', { rev: 1 })));
  expect(store.conversations.read('c1')).toMatchObject({ rev: 1 });
  expect(kept()).toEqual(['conversation c1 2', 'campaign x 1']);
  tells(of('conversation', 'c1', sampleConversation('c1', { rev: 3 })), of('campaign', 'x', null));
  expect(kept()).toEqual([]);
  // A revision older than what was read is not kept.
  tells(of('conversation', 'c1', odd));
  expect(kept()).toEqual([]);
});

test('a snapshot forgets what was kept, and a conversation that is removed takes its unread messages with it', () => {
  const { tells, kept, store } = newerRelay();
  tells(
    of('message', 'm1', { rev: 1, conversationId: 'c1', sentAt: 'noon' }),
    of('message', 'm2', { rev: 1, conversationId: 'c2', sentAt: 'noon' }),
  );
  tells(of('conversation', 'c1', null));
  expect(kept()).toEqual(['message m2 1']);
  store.clear();
  expect(kept()).toEqual([]);
});

test('a message that cannot be read is shown in its thread and kept word for word', () => {
  const { tells, messages, store, kept } = newerRelay();
  const odd = { conversationId: 'c1', sentAt: baseAt + 5, body: [{ voice: 'x' }] };
  tells(
    of('conversation', 'c1', sampleConversation('c1')),
    of('message', 'm1', sampleMessage('m1', 'c1', { sentAt: baseAt })),
    of('message', 'm2', odd),
    of('message', 'm3', { ...sampleMessage('m3', 'c1', { sentAt: baseAt + 9, text: 'sketch' }), kind: 'drawing' }),
  );
  expect(messages()).toMatchObject([
    { id: 'm3', kind: 'unknown', text: 'sketch' },
    { id: 'm2', kind: 'unknown', direction: 'unknown', text: null, rev: 3 },
    { id: 'm1', kind: 'text' },
  ]);
  expect(kept()).toEqual([]);
  const stored = store.db.prepare<[string], string>('SELECT document FROM messages WHERE id = ?').pluck();
  expect(JSON.parse(stored.get('m2')!)).toEqual(odd);
  expect(stored.get('m3')).toContain('"drawing"');
  expect(store.search.find('sketch', 5)).toHaveLength(1);
  const check = store.check(() => baseAt);
  while (check.step(1));
  tells(of('message', 'm2', null));
  expect(messages()).toHaveLength(2);
});

test('a page of history may contain messages that cannot be read', async () => {
  const { tells, messages, store, kept } = newerRelay();
  tells(
    of('conversation', 'c1', sampleConversation('c1')),
    of('message', 'm9', sampleMessage('m9', 'c1', { sentAt: 9 })),
  );
  const answer = {
    ok: true,
    hasMore: false,
    messages: [
      { ...sampleMessage('m3', 'c1', { sentAt: 3 }), kind: 'drawing' },
      { id: 'm2', rev: 1, conversationId: 'c1', sentAt: 2 },
      { id: 'm1', rev: 1, nowhere: true },
      sampleMessage('other', 'c2', { sentAt: 1 }),
    ],
  };
  const request = { conversationId: 'c1', before: null, limit: 10 };
  const page = await readThread(store, async () => answer, request);
  expect(page).toMatchObject({ hasMore: false, olderUnreachable: false });
  expect(messages().map(({ id }) => id)).toEqual(['m9', 'm3', 'm2']);
  expect(kept()).toEqual(['message m1 1']);
});

test.each([null, 'no', { ok: true }, { ok: true, messages: [7], hasMore: false }, { ok: false, refusal: {} }])(
  'an invalid history answer leaves the thread as it is: %j',
  async (answer) => {
    const { tells, store } = newerRelay();
    tells(
      of('conversation', 'c1', sampleConversation('c1')),
      of('message', 'm9', sampleMessage('m9', 'c1', { sentAt: 9 })),
    );
    const page = await readThread(store, async () => answer, { conversationId: 'c1', before: null, limit: 10 });
    expect(page).toMatchObject({ messages: [{ id: 'm9' }], olderUnreachable: true });
  },
);

test('a document of 1 MB, or nested just as deeply, blocks nobody', () => {
  const { tells, kept, store } = newerRelay();
  const large = { rev: 1, blob: 'x'.repeat(1_000_000) };
  const deep: unknown = JSON.parse(`${'['.repeat(500_000)}${']'.repeat(500_000)}`);
  tells(
    of('campaign', 'large', large),
    of('campaign', 'deep', deep),
    of('conversation', 'c1', { ...sampleConversation('c1'), deep }),
    of('message', 'm1', sampleMessage('m1', 'c1')),
    of('message', 'm2', { conversationId: 'c1', sentAt: baseAt, body: deep }),
  );
  expect(kept()).toEqual(['campaign large 1', 'campaign deep 2']);
  expect(store.unread.list()[0]?.document).toEqual(large);
  expect(store.conversations.read('c1')).toMatchObject(sampleConversation('c1'));
  expect(store.messages.read('m2')).toMatchObject({ kind: 'unknown' });
  expect(store.messages.read('m1')).toMatchObject({ kind: 'text' });
});

test('what is kept is counted: if it vanishes or changes, that is noticed', () => {
  for (const damage of ['DELETE FROM unread', `UPDATE unread SET document = '{"rev":1}'`]) {
    const { tells, store } = newerRelay();
    tells(of('campaign', 'x', { rev: 1, name: 'Spring' }));
    const whole = store.check(() => baseAt);
    while (whole.step(9));
    store.db.exec(damage);
    const check = store.check(() => baseAt);
    expect(() => {
      while (check.step(9));
    }).toThrow();
  }
});

test('a page that is cut off anywhere is not a page: nothing of it is stored, and the cursor stays', () => {
  const { tells, store } = newerRelay();
  tells(of('conversation', 'c1', sampleConversation('c1')), of('message', 'm1', sampleMessage('m1', 'c1')));
  const page: FeedPage = {
    ...{ kind: 'changes', epoch: 'e', first: false, fromSeq: 2, toSeq: 4, caughtUp: true, serverNow: baseAt },
    changes: [
      { seq: 3, entity: 'conversation', id: 'c1', document: sampleConversation('c1', { rev: 9 }) },
      { seq: 4, entity: 'message', id: 'm2', document: sampleMessage('m2', 'c1') },
    ],
  };
  const packet = `21${JSON.stringify(['page', page])}`;
  for (let length = 0; length < packet.length; length += 1) {
    let heard: unknown = null;
    const decoder = clientDecoder();
    decoder.on('decoded', ({ data }) => (heard = data?.[1] ?? null));
    try {
      decoder.add(packet.slice(0, length));
    } catch {
      // As Socket.IO does: the connection ends here.
    }
    const read = pageSchema.safeParse(heard);
    if (read.success) applyPage(store, read.data, false);
    expect(read.success, packet.slice(0, length)).toBe(false);
  }
  // Cut between its fields it is well-formed, but still not a page.
  for (const name of Object.keys(page)) {
    const { [name as keyof FeedPage]: _lost, ...rest } = page;
    expect(pageSchema.safeParse(rest).success, name).toBe(false);
  }
  expect(store.feed.cursor()).toEqual({ epoch: 'e', seq: 2 });
  expect(store.conversations.read('c1')).toMatchObject({ rev: sampleConversation('c1').rev });
  expect(applyPage(store, pageSchema.parse(page), false)).not.toBeNull();
  expect(store.feed.cursor()).toEqual({ epoch: 'e', seq: 4 });
});

test('a build that comes back after an older one reads what only that one was told', () => {
  const { tells, store } = newerRelay();
  tells(of('message', 'm1', { ...sampleMessage('m1', 'c1'), kind: 'drawing' }));
  expect(readAgain(store)).not.toBeNull();
  expect(readAgain(store)).toBeNull();
  const readByThis = store.db.prepare(`SELECT sum FROM contents WHERE kind = 'reading'`).pluck().get();
  tells(of('message', 'm1', sampleMessage('m1', 'c1', { rev: 2 })));
  // An older build, which would not note what it has not read: it starts, and is told something.
  expect(readAgain(store)).toBeNull();
  tells(of('message', 'm2', { ...sampleMessage('m2', 'c1'), kind: 'drawing' }));
  expect(readByThis).toBeTypeOf('number');
  expect(readAgain(store)).not.toBeNull();
});

test('what was written in a lower version is fetched again once a higher one is spoken', () => {
  const folder = tempFolder();
  const store = tempStore(folder);
  const page: ReadPage = {
    ...{ kind: 'snapshot', epoch: 'e', first: true, fromSeq: null, toSeq: 5, caughtUp: true, serverNow: baseAt },
    changes: [],
  };
  applyPage(store, page, false, 2);
  expect(store.feed.isOutgrown(2)).toBe(false);
  expect(store.feed.isOutgrown(1)).toBe(false);
  applyPage(store, { ...page, kind: 'changes', first: false, fromSeq: 5, toSeq: 6 }, false, 1);
  expect(store.feed.isOutgrown(2)).toBe(true);
  expect(store.feed.cursor()).toBeNull();
  expect(store.feed.isOutgrown(2)).toBe(false);
  applyPage(store, page, false, 3);
  expect(store.feed.isOutgrown(3)).toBe(false);
  expect(store.feed.cursor()).toEqual({ epoch: 'e', seq: 5 });
});

/** Reads packets as the desk's connection does. */
function clientDecoder() {
  const manager = new Manager('http://127.0.0.1:9', { autoConnect: false });
  return (manager as unknown as { decoder: Decoder }).decoder;
}
type Decoder = {
  on(event: 'decoded', hear: (packet: { readonly data?: readonly unknown[] }) => void): void;
  add(text: string): void;
};
