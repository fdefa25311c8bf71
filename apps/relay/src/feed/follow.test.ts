import { maxPageChanges } from '@transom/shared';
import { expect, it } from 'vitest';
import { CacheOfDesk, documentsOf } from '../testing/desk.ts';
import { wrote } from '../testing/events.ts';
import { type AgencyInRoom, openRelayRoom, type RelayRoom } from '../testing/relay-room.ts';
import { createCatchUpTurns, type Feed, follow } from './follow.ts';
import { Pokes } from './pokes.ts';
import { SharedPages } from './shared-pages.ts';
import { readWritten } from './testing/read-written.ts';
import type { WrittenPage } from './written-page.ts';

const turns = async (count: number) => {
  for (let n = 0; n < count; n += 1) await new Promise(setImmediate);
};

function openFeed(): Feed {
  const pokes = new Pokes();
  return { pokes, pages: new SharedPages(pokes), turns: createCatchUpTurns() };
}

function followWith(
  room: RelayRoom,
  { agency }: AgencyInRoom,
  feed: Feed,
  desk: CacheOfDesk,
  acknowledge: () => Promise<void>,
) {
  const ending = new AbortController();
  let underWay = 0;
  let most = 0;
  const deliver = async (page: WrittenPage): Promise<void> => {
    most = Math.max(most, (underWay += 1));
    desk.apply(readWritten(page, room.clock()));
    await acknowledge();
    underWay -= 1;
  };
  const following = follow({ ...feed, agency, cursor: desk.cursor, deliver, signal: ending.signal });
  return { following, maxUnderway: () => most, stop: () => (ending.abort(), following) };
}

it('never loses a write, however it falls between reading, delivering and acknowledging', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  const feed = openFeed();
  const desks = [0, 1, 2, 5].map((pause) => {
    const desk = new CacheOfDesk();
    return { desk, ...followWith(room, agency, feed, desk, () => turns(pause)) };
  });
  for (let n = 0; n < 400; n += 1) {
    await agency.hears(wrote({ contact: { senderId: `${n % 9}`, name: null, username: null } }));
    feed.pokes.poke(agency.id);
    // Sometimes everybody has fallen asleep, sometimes nobody.
    if (n % 5 === 0) await turns(n % 11);
    if (n % 40 !== 0) continue;
    const { seq } = (await room.store.read((tx) => tx.get<{ seq: number }>(`select seq from agencies`)))!;
    for (const { desk } of desks) await expect.poll(() => desk.cursor?.seq, { timeout: 2_000, interval: 1 }).toBe(seq);
  }
  const documents = await documentsOf(agency);
  for (const { desk, maxUnderway, stop } of desks) {
    await expect.poll(() => desk.documents(), { timeout: 2_000 }).toEqual(documents);
    expect(maxUnderway()).toBe(1);
    await stop();
  }
});

it('holds everything back until the previous page is acknowledged', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  const feed = openFeed();
  const desk = new CacheOfDesk();
  let acknowledge = (): void => undefined;
  const { stop } = followWith(room, agency, feed, desk, () => new Promise((resolve) => (acknowledge = resolve)));
  await expect.poll(() => desk.pages.length).toBe(1);
  for (let n = 0; n < 3; n += 1) {
    await agency.hears(wrote());
    feed.pokes.poke(agency.id);
    await turns(20);
  }
  expect(desk.pages).toHaveLength(1);
  acknowledge();
  await expect.poll(() => desk.pages.length).toBe(2);
  expect(desk.pages[1]).toMatchObject({ caughtUp: true });
  acknowledge();
  await stop();
});

it('tells a desk once that it has everything', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(wrote());
  const [{ epoch, seq } = { epoch: '', seq: 0 }] = await room.store.read((tx) =>
    tx.all<{ epoch: string; seq: number }>(`select epoch, seq from agencies`),
  );
  const desk = new CacheOfDesk({ epoch, seq });
  const feed = openFeed();
  const { stop } = followWith(room, agency, feed, desk, () => turns(1));
  await expect.poll(() => desk.pages).toMatchObject([{ kind: 'changes', changes: [], caughtUp: true }]);
  feed.pokes.poke(agency.id);
  await turns(20);
  expect(desk.pages).toHaveLength(1);
  await stop();
});

it.each([
  ['of a snapshot', null, 1],
  ['of changes that just fill a page', 0, maxPageChanges],
])('gives no desk a last page %s from before the newest change', async (_name, seq, changes) => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  const feed = openFeed();
  if (changes > 1) await fillFeed(agency, changes);
  else await agency.hears(wrote());
  const { epoch } = (await room.store.read((tx) => tx.get<{ epoch: string }>(`select epoch from agencies`)))!;
  const cursor = seq === null ? undefined : { epoch, seq };
  const [first, second] = [new CacheOfDesk(cursor), new CacheOfDesk(cursor)];
  const one = followWith(room, agency, feed, first, () => turns(1));
  await expect.poll(() => first.pages.at(-1)?.caughtUp).toBe(true);
  await agency.hears(wrote({ text: 'One more thing' }));
  feed.pokes.poke(agency.id);
  const { seq: head } = (await room.store.read((tx) => tx.get<{ seq: number }>(`select seq from agencies`)))!;
  await expect.poll(() => first.cursor?.seq).toBe(head);
  const two = followWith(room, agency, feed, second, () => turns(1));
  await expect.poll(() => second.cursor?.seq).toBe(head);
  await Promise.all([one.stop(), two.stop()]);
});

async function fillFeed(agency: AgencyInRoom, changes: number): Promise<void> {
  await agency.agency.write(async (tx) => {
    await tx.run(`delete from changes where agency_id = :agency`);
    await tx.run(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < :changes)
       insert into changes (agency_id, seq, entity, entity_id, body, at) select :agency, i, 'message', 'm' || i, null, 0 from n`,
      { changes },
    );
    await tx.run(`update agencies set seq = :changes where id = :agency`, { changes });
  });
}

it('ends with an error when a page is not acknowledged', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  const { following } = followWith(room, agency, openFeed(), new CacheOfDesk(), () =>
    Promise.reject(new Error('too slow')),
  );
  await expect(following).rejects.toThrow('too slow');
});
