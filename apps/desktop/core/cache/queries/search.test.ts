import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { baseAt, sampleConversation, sampleMessage } from '../../test/samples.ts';
import { tempStore } from '../../test/temp-folder.ts';
import { searchQuery, wordsOf } from '../searchable-text.ts';

afterEach(() => void vi.useRealTimers());

const letters = { japanese: [...'サウナの値段はいくらですかー。、ABCがぎ京都ｶﾞ'], thai: [...'ราคาเท่าไหร่ครับสวัสดี '] };

test.each(Object.entries(letters))('search finds what LIKE finds in %s, from one character on', (_name, alphabet) => {
  const text = fc.array(fc.constantFrom(...alphabet), { minLength: 1, maxLength: 14 }).map((parts) => parts.join(''));
  const store = tempStore();
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1, maxLength: 12 }),
      fc.nat(),
      fc.nat(),
      fc.integer({ min: 1, max: 5 }),
      (texts, which, from, length) => {
        store.inOneCommit(store.clear);
        texts.forEach((words, index) =>
          store.messages.put(sampleMessage(`m${index}`, 'c1', { text: words, sentAt: baseAt + index })),
        );
        const source = [...texts[which % texts.length]!];
        const start = from % source.length;
        const query = source
          .slice(start, start + length)
          .join('')
          .trim();
        fc.pre(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/u.test(query) && !query.includes(' '));
        const like = store.db
          .prepare<[string], string>(
            `SELECT id FROM messages WHERE document ->> 'text' LIKE '%' || ? || '%' ORDER BY position DESC`,
          )
          .pluck()
          .all(query);
        const found = store.search.find(query, 50).map(({ messageId }) => messageId);
        expect(found).toEqual(expect.arrayContaining(like));
        expect(like.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 150 },
  );
});

test('finds words, their beginnings, accents and names; newest first, with the hits marked', () => {
  const store = tempStore();
  store.conversations.put(
    sampleConversation('c1', {
      contact: { id: 'x', name: 'Zoë Brandt', username: 'zoe.b', profileUrl: null },
      lastMessageAt: baseAt + 9,
    }),
    0,
  );
  ['Is the Niño barrel free?', 'one barrel please', 'Barrels 👨‍👩‍👧 for a SAUNA', 'unrelated'].forEach((text, index) =>
    store.messages.put(sampleMessage(`m${index}`, 'c1', { text, sentAt: baseAt + index })),
  );
  const ids = (text: string) => store.search.find(text, 10).map(({ messageId }) => messageId);
  expect(ids('barrel')).toEqual(['m2', 'm1', 'm0']);
  expect(ids('BARR nino')).toEqual(['m0']);
  expect(ids('sau')).toEqual(['m2']);
  expect(ids('zoe')).toEqual([null]);
  expect(ids('rrel')).toEqual([]);
  for (const odd of ['', ' ', '"', '*', 'NEAR(', 'a" OR "b', '- -', '\0', '👨‍👩‍👧', '(', 'text:x'])
    expect(() => ids(odd)).not.toThrow();
  const [hit] = store.search.find('nino', 1);
  expect(hit!.contact).toEqual({ id: 'x', name: 'Zoë Brandt', username: 'zoe.b', channel: 'instagram' });
  expect(hit!.marks.map(([from, to]) => hit!.excerpt.slice(from, to))).toEqual(['Niño']);
  const [sauna] = store.search.find('sauna', 1);
  expect(sauna!.marks.map(([from, to]) => sauna!.excerpt.slice(from, to))).toEqual(['SAUNA']);
});

test('emoji and the names of attachments are found, and marked', () => {
  const store = tempStore();
  const file = (title: string | null) => ({ type: 'file', url: null, title });
  [
    { text: 'hot🔥 stuff' },
    { text: 'サウナ🔥です' },
    { text: 'melting 🫠 here' },
    { text: 'family 👨‍👩‍👧 and 👍🏽' },
    { text: 'we are from 🇳🇴' },
    { text: null, attachments: [file('Garden plan Årdal.pdf'), file(null)] },
    { text: 'see this', attachments: [file('サウナの見積.pdf')] },
  ].forEach((about, index) =>
    store.messages.put(sampleMessage(`m${index}`, 'c1', { ...about, sentAt: baseAt + index })),
  );
  const ids = (text: string) => store.search.find(text, 10).map(({ messageId }) => messageId);
  for (const isIndexed of [false, true]) {
    if (isIndexed) while (store.indexSome());
    expect(ids('🔥')).toEqual(['m1', 'm0']);
    expect(ids('🫠')).toEqual(['m2']);
    expect(ids('👨‍👩‍👧')).toEqual(['m3']);
    expect(ids('👍')).toEqual(['m3']);
    expect(ids('🇳🇴')).toEqual(['m4']);
    expect(ids('🇸🇪')).toEqual([]);
    expect(ids('ardal')).toEqual(['m5']);
    expect(ids('見積')).toEqual(['m6']);
    expect(ids('garden plan')).toEqual(['m5']);
  }
  const marked = (text: string) =>
    store.search.find(text, 1).flatMap(({ excerpt, marks }) => marks.map(([from, to]) => excerpt.slice(from, to)));
  expect(marked('🔥')).toEqual(['🔥']);
  expect(marked('🫠')).toEqual(['🫠']);
  expect(marked('plan')).toEqual(['plan']);
  // After a new name, the old one is no longer found.
  store.messages.put(
    sampleMessage('m5', 'c1', { rev: 2, text: null, attachments: [file('Bill.pdf')], sentAt: baseAt + 5 }),
  );
  while (store.indexSome());
  expect(ids('garden')).toEqual([]);
  expect(ids('bill')).toEqual(['m5']);
});

test('one mistake in a word is forgiven if nothing is found as typed', () => {
  // Guessing ends after some milliseconds, which a busy machine may need for the first guess.
  vi.useFakeTimers({ toFake: ['performance'] });
  const store = tempStore();
  const contact = { id: 'x', name: 'Johanna Lindqvist', username: null, profileUrl: null };
  store.conversations.put(sampleConversation('c1', { contact }), 0);
  ['Installation of the barrel sauna', 'barrels are in stock', 'Сколько стоит баня?', 'a bore', 'tea'].forEach(
    (text, index) => store.messages.put(sampleMessage(`m${index}`, 'c1', { text, sentAt: baseAt + index })),
  );
  while (store.indexSome());
  const ids = (text: string) => store.search.find(text, 10).map(({ messageId }) => messageId);
  for (const typo of ['barel', 'barrrel', 'brarel', 'narrel', 'barrwl', 'Barel'])
    expect(ids(typo)[0], typo).toMatch(/m[01]/);
  expect(ids('instalation')).toEqual(['m0']);
  expect(ids('sauna instalation')).toEqual(['m0']);
  expect(ids('Lindkvist')).toEqual([null]);
  expect(ids('стооит')).toEqual(['m2']);
  // But not if something is found, not for two mistakes, not for what is near everything.
  expect(ids('bore')).toEqual(['m3']);
  expect(ids('instalatoin')).toEqual([]);
  expect(ids('tae')).toEqual([]);
  expect(ids('barel nowhere')).toEqual([]);
  const [hit] = store.search.find('instalation', 1);
  expect(hit!.marks.map(([from, to]) => hit!.excerpt.slice(from, to))).toEqual(['Installation']);
});

test('what was taken back, changed or erased is no longer found', () => {
  const store = tempStore();
  const put = (rev: number, about: object) => store.messages.put(sampleMessage('m1', 'c1', { rev, ...about }));
  put(1, { text: 'my secret サウナの値段' });
  expect(store.search.find('secret', 5)).toHaveLength(1);
  put(2, { text: 'my changed words' });
  expect(store.search.find('secret', 5)).toEqual([]);
  expect(store.search.find('値段', 5)).toEqual([]);
  expect(store.search.find('changed', 5)).toHaveLength(1);
  put(3, { text: null, unsentAt: baseAt });
  expect(store.search.find('changed', 5)).toEqual([]);
  store.messages.put(sampleMessage('m2', 'c1', { text: 'gone soon' }));
  store.indexSome();
  store.messages.remove('m2');
  expect(store.search.find('gone', 5)).toEqual([]);
  expect(store.db.prepare('SELECT count(*) FROM message_words_docsize').pluck().get()).toBe(0);
});

test('of many people with one name, those who wrote last are found, even if they are old acquaintances', () => {
  const store = tempStore();
  const contact = (name: string) => ({ id: name, name, username: null, profileUrl: null });
  const write = (number: number, rev: number, at: number) =>
    store.conversations.put(
      sampleConversation(`c${number}`, { rev, contact: contact(`Maria ${number}`), lastMessageAt: baseAt + at }),
      baseAt,
    );
  for (let number = 0; number < 120; number += 1) write(number, 1, number);
  while (store.indexSome());
  const found = () => store.search.find('maria', 50).map(({ conversationId }) => conversationId);
  expect(found()[0]).toBe('c119');
  write(3, 2, 1_000);
  write(7, 2, 1_001);
  expect(found().slice(0, 3)).toEqual(['c7', 'c3', 'c119']);
  expect(found()).toHaveLength(50);
  // It stays so once indexed and merged; and a person with a new name is not found by the old one.
  store.conversations.put(
    sampleConversation('c7', { rev: 3, contact: contact('Petra'), lastMessageAt: baseAt + 1_001 }),
    baseAt,
  );
  while (store.indexSome());
  expect(found().slice(0, 2)).toEqual(['c3', 'c119']);
  expect(store.search.find('petra', 50)).toHaveLength(1);
});

test('a search looks for each term once, and for no more than a dozen', () => {
  const alphabet = [...'etaoinsrhldcumfpgwyb'];
  const terms = (query: string) => searchQuery(query)?.match.split(' ').length;
  expect(wordsOf(`${alphabet.join(' ')} ${alphabet.join(' ')}`)).toEqual(alphabet.slice(0, 12));
  expect(wordsOf('Sauna sauna SAUNA barrel')).toEqual(['Sauna', 'barrel']);
  expect(terms(alphabet.join(' '))).toBe(12);
  expect(terms([...'あいうえおかきくけこさしすせそ'].join(' '))).toBe(12);
  expect(terms('あ '.repeat(50))).toBe(1);
  expect(terms([...'😀😃😄😁😆😅😂🙂🙃😉😊😇😍'].join(''))).toBe(12);
});
