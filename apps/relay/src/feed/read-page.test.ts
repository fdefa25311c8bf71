import { type Cursor, type FeedPage, maxPageBytes, maxPageChanges, newId } from '@transom/shared';
import { expect, it } from 'vitest';
import { CacheOfDesk, documentsOf } from '../testing/desk.ts';
import { noon, unsent, wrote } from '../testing/events.ts';
import { type AgencyInRoom, openRelayRoom } from '../testing/relay-room.ts';
import { type FeedPlace, type PageAndNext, readPage } from './read-page.ts';
import { readWritten } from './testing/read-written.ts';

const from = (senderId: string, given: Parameters<typeof wrote>[0] = {}) =>
  wrote({ contact: { senderId, name: null, username: null }, ...given });
const pageOf = ({ page }: PageAndNext) => readWritten(page, noon);
const pageAt = async (agency: AgencyInRoom, cursor: Cursor | null) =>
  pageOf(await readPage(agency.agency, { cursor, snapshot: null }));
const bytesOf = (page: FeedPage) => Buffer.byteLength(JSON.stringify(page.changes));

/** Reads until there is nothing more; `between` runs after each page. */
async function readAll(
  agency: AgencyInRoom,
  desk: CacheOfDesk,
  between: (page: FeedPage) => Promise<void> = async () => undefined,
): Promise<void> {
  let snapshot: FeedPlace['snapshot'] = null;
  for (;;) {
    const next: PageAndNext = await readPage(agency.agency, { cursor: desk.cursor, snapshot });
    const page = pageOf(next);
    if (page.kind === 'changes' && page.changes.length === 0) return;
    desk.apply(page);
    ({ snapshot } = next);
    await between(page);
  }
}

it('numbers changes without a gap, even if writes come at once and one fails', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  const writes = Array.from({ length: 50 }, (_, n) => agency.hears(from(`${n % 7}`)));
  writes.push(
    agency
      .hears(from('8'))
      .then(() => agency.agency.write(() => Promise.reject(new Error('no'))))
      .catch(() => undefined) as Promise<void>,
  );
  await Promise.all(writes);
  const seqs = (await agency.changes()).map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  expect(seqs.length).toBeGreaterThan(100);
});

it('sends changes in pages of at most 500 and 256 KB, and says when that was all', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  const desk = new CacheOfDesk();
  await readAll(agency, desk);
  for (let n = 0; n < 700; n += 1) await agency.hears(from('1', { text: n < 400 ? 'Hi' : '🧖 بكم السعر '.repeat(40) }));
  desk.pages.length = 0;
  await readAll(agency, desk);
  expect(desk.pages.length).toBeGreaterThan(3);
  for (const page of desk.pages) {
    expect(page.changes.length).toBeLessThanOrEqual(maxPageChanges);
    expect(bytesOf(page)).toBeLessThanOrEqual(maxPageBytes);
  }
  expect(desk.pages.map(({ caughtUp }) => caughtUp)).toEqual(
    desk.pages.map((_, index) => index === desk.pages.length - 1),
  );
  expect(desk.documents()).toEqual(await documentsOf(agency));
});

it('still carries a single change that is larger than a page', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  const desk = new CacheOfDesk();
  await readAll(agency, desk);
  await agency.hears(
    from('1', {
      attachments: Array.from({ length: 3_000 }, () => ({
        type: 'image',
        url: `https://x/${'y'.repeat(100)}`,
        title: null,
      })),
    }),
    from('1'),
  );
  await readAll(agency, desk);
  expect(desk.documents()).toEqual(await documentsOf(agency));
});

it('sends a snapshot in pages within the same bounds', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(
    ...Array.from({ length: 900 }, (_, n) => from(`${n % 90}`, { sentAt: noon - n, text: '🧖 بكم السعر '.repeat(12) })),
  );
  const desk = new CacheOfDesk();
  await readAll(agency, desk);
  expect(desk.pages.length).toBeGreaterThan(2);
  for (const page of desk.pages) {
    expect(page.changes.length).toBeLessThanOrEqual(maxPageChanges);
    expect(bytesOf(page)).toBeLessThanOrEqual(maxPageBytes);
  }
  expect(desk.pages.map(({ first }) => first)).toEqual(desk.pages.map((_, index) => index === 0));
  expect(desk.pages.map(({ toSeq }) => toSeq === null)).toEqual(
    desk.pages.map((_, index) => index < desk.pages.length - 1),
  );
  expect(desk.documents()).toEqual(await documentsOf(agency));
});

it('ends with what the tables hold, however much is written between the pages of a snapshot', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  for (let n = 0; n < 130; n += 1) await agency.hears(from(`${n}`, { sentAt: noon - n, nativeMessageId: `m${n}` }));
  const desk = new CacheOfDesk();
  let n = 0;
  await readAll(agency, desk, async () => {
    if ((n += 1) > 6) return;
    const last = (await agency.threads()).at(-1)!;
    await agency.hears(
      from(`new ${n}`),
      from(`${130 - n}`, { text: 'jumps to the top' }),
      from(`${n}`, { sentAt: 1 }),
      unsent(`m${60 + n}`),
    );
    await agency.perform(agency.agent, { kind: 'handoff.resolve', conversationId: last.id });
  });
  expect(desk.pages.filter(({ kind }) => kind === 'snapshot').length).toBeGreaterThan(2);
  expect(desk.pages.at(-1)).toMatchObject({ kind: 'changes', caughtUp: true });
  expect(desk.documents()).toEqual(await documentsOf(agency));
});

it('notices a gap in the kept changes, and starts over rather than skip what was in it', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  for (let n = 0; n < 12; n += 1) await agency.hears(from(`${n}`));
  const desk = new CacheOfDesk();
  await readAll(agency, desk);
  const { epoch, seq } = desk.cursor!;
  await agency.agency.write((tx) => tx.run(`delete from changes where agency_id = :agency and seq between 6 and 19`));
  expect(await pageAt(agency, { epoch, seq: 4 })).toMatchObject({ kind: 'snapshot', first: true });
  expect(await pageAt(agency, { epoch, seq: 19 })).toMatchObject({ kind: 'changes', toSeq: seq });
  // The end is missing, too.
  await agency.agency.write((tx) => tx.run(`delete from changes where agency_id = :agency and seq > 22`));
  expect(await pageAt(agency, { epoch, seq: 20 })).toMatchObject({ kind: 'snapshot', first: true });
});

it('starts with a snapshot if the cursor is of no use', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  for (let n = 0; n < 5; n += 1) await agency.hears(from(`${n}`));
  const desk = new CacheOfDesk();
  await readAll(agency, desk);
  const { epoch, seq } = desk.cursor!;
  expect(await pageAt(agency, { epoch, seq })).toMatchObject({
    kind: 'changes',
    changes: [],
    fromSeq: seq,
    toSeq: seq,
    caughtUp: true,
  });
  expect(await pageAt(agency, { epoch, seq: seq - 1 })).toMatchObject({
    kind: 'changes',
    fromSeq: seq - 1,
  });
  const useless = [null, { epoch, seq: seq + 1 }, { epoch: newId(), seq }, { epoch: newId(), seq: 0 }];
  await agency.agency.write((tx) => tx.run(`delete from changes where agency_id = :agency and seq <= 4`));
  for (const cursor of [...useless, { epoch, seq: 0 }, { epoch, seq: 3 }]) {
    expect(await pageAt(agency, cursor), JSON.stringify(cursor)).toMatchObject({
      kind: 'snapshot',
      first: true,
      serverNow: noon,
    });
  }
  expect(await pageAt(agency, { epoch, seq: 4 })).toMatchObject({ kind: 'changes' });
});
