import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { bodyOf, openIntake } from '../testing/deliveries.ts';
import { buyer, noon, shop } from '../testing/events.ts';
import { openRelayRoom, type RelayRoom } from '../testing/relay-room.ts';

function body(...items: object[]): string {
  const messaging = items.map((item) => ({ sender: { id: buyer }, recipient: { id: shop }, timestamp: noon, ...item }));
  return JSON.stringify({ object: 'instagram', entry: [{ id: shop, time: noon, messaging }] });
}
const message = (mid: string, text: string) => ({ message: { mid, text } });
const echo = (mid: string, text: string) => ({
  sender: { id: shop },
  recipient: { id: buyer },
  message: { mid, text, is_echo: true },
});
const unsend = (mid: string) => ({ message: { mid, is_deleted: true } });
const edit = (mid: string, text: string) => ({ message_edit: { mid, text, num_edit: 1 } });
const comments = (...values: object[]) =>
  JSON.stringify({
    object: 'page',
    entry: [{ id: shop, time: noon / 1_000, changes: values.map((value) => ({ field: 'feed', value })) }],
  });

async function stored(room: RelayRoom): Promise<string[]> {
  const rows = await room.store.read((tx) => tx.all<{ body: Buffer }>(`select body from deliveries order by id`));
  return rows.map((row) => row.body.toString());
}

it('is removed from its own item and from nothing else', async () => {
  await using room = await openRelayRoom();
  await room.addAgency();
  await room.addAgency({ nativeId: '999' });
  await using intake = openIntake(room);
  const others = [
    bodyOf({ mid: 'a-other', text: 'of another agency: mid-1', account: '999' }),
    body({ message: { mid: 'a2', text: 'an answer', reply_to: { mid: 'mid-1' } } }),
    bodyOf({ mid: 'mid-10', text: 'a longer id' }, { mid: 'message', text: 'an id that stands in every body' }),
  ];
  const together = bodyOf(
    { mid: 'mid-1', text: 'my door code is 4711' },
    { mid: 'mid-3', text: 'still here' },
    { mid: 'stranger-1', text: 'for an account that is connected tomorrow', account: '555' },
  );
  await intake.takes(...others, together);
  await intake.takes(body(unsend('mid-1')));

  const after = await stored(room);
  expect(after.slice(0, 3)).toEqual(others);
  expect(after.join()).not.toContain('4711');
  expect(after[3]).toContain('still here');

  await intake.takes(body(unsend('message')));
  expect((await stored(room))[0]).toBe(others[0]);
  expect((await stored(room))[2]).toContain('a longer id');
  expect((await stored(room))[2]).not.toContain('every body');

  const late = await room.addAgency({ nativeId: '555' });
  await room.store.write((tx) => tx.run(`update deliveries set state = 'pending'`));
  await intake.work();
  expect(await late.messages()).toMatchObject([{ text: 'for an account that is connected tomorrow' }]);
});

it.each([
  ['a second copy', [body(message('m1', 'secret one')), body(message('m1', 'secret one'))], body(unsend('m1'))],
  ['an edit', [body(message('m1', 'secret one')), body(edit('m1', 'secret two'))], body(unsend('m1'))],
  ['an edit that came first', [body(edit('m1', 'secret two')), body(message('m1', 'secret one'))], body(unsend('m1'))],
  ['an edit after the unsend', [body(message('m1', 'secret')), body(unsend('m1'))], body(edit('m1', 'secret two'))],
  ['a message after its unsend', [body(unsend('m1'))], body(message('m1', 'secret one'))],
  ['an echo', [body(echo('m1', 'secret'))], body(unsend('m1'))],
  ['one delivery', [], body(message('m1', 'secret'), edit('m1', 'secret'), unsend('m1'))],
  ['one delivery in another order', [], body(unsend('m1'), message('m1', 'secret'), message('m1', 'secret'))],
])('is removed from every delivery that carries it: %s', async (_, before, last) => {
  await using room = await openRelayRoom();
  await room.addAgency();
  await using intake = openIntake(room);
  for (const each of before) await intake.takes(each);
  await intake.takes(body(message('m2', 'stays')), last);
  expect((await stored(room)).join()).not.toContain('secret');
  expect((await stored(room)).join()).toContain('stays');
});

it.each([['removal last'], ['removal first']])('is removed with its comment: %s', async (order) => {
  await using room = await openRelayRoom();
  await room.addAgency({ channel: 'facebook' });
  await using intake = openIntake(room);
  const about = { item: 'comment', comment_id: 'c1', post_id: 'p1', created_time: noon / 1_000 };
  const added = comments({ ...about, verb: 'add', message: 'secret price?' });
  const removed = comments({ ...about, verb: 'remove' });
  for (const each of order === 'removal last' ? [added, removed] : [removed, added]) await intake.takes(each);
  expect((await stored(room)).join()).not.toContain('secret');
});

it('keeps ids with many digits exact in what is left', async () => {
  await using room = await openRelayRoom();
  await room.addAgency();
  await using intake = openIntake(room);
  const numbers = `{"object":"instagram","entry":[{"id":${shop},"time":${noon},"messaging":[
    {"sender":{"id":12000000000000017},"recipient":{"id":${shop}},"timestamp":${noon},"message":{"mid":"m1","text":"secret"}},
    {"sender":{"id":12000000000000019},"recipient":{"id":${shop}},"timestamp":${noon},"message":{"mid":"m2","text":"stays"}}]}]}`;
  await intake.takes(numbers);
  await intake.takes(body(unsend('m1')));
  const [left] = await stored(room);
  expect(left).not.toContain('secret');
  expect(left).toContain('12000000000000019');
});

it('touches only its own among a hundred thousand deliveries', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await using intake = openIntake(room);
  const own = Array.from({ length: 1_000 }, (_, n) => bodyOf({ mid: `mine-${n}`, text: `secret ${n}` }));
  await intake.takes(...own);
  const db = new Database(room.databasePath);
  db.exec(`insert into deliveries (received_at, route, signed_by, body, state)
    with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000)
    select ${noon}, 'instagram', 'instagram', cast('{"object":"instagram","mine-1":' || i || '}' as blob), 'done' from n`);
  let maxMs = 0;
  let last = performance.now();
  const watch = setInterval(() => {
    maxMs = Math.max(maxMs, performance.now() - last);
    last = performance.now();
  }, 1);
  const asked = performance.now();
  await intake.commits.keep({
    route: 'instagram',
    signedBy: 'instagram',
    body: Buffer.from(body(...own.map((_, n) => unsend(`mine-${n}`)))),
    receivedAt: room.clock(),
  });
  const answeredMs = performance.now() - asked;
  const withWords = () =>
    db.prepare(`select count(*) from deliveries where id <= 1000 and length(body) > 0`).pluck().get();
  await expect.poll(withWords, { timeout: 20_000 }).toBe(0);
  clearInterval(watch);
  db.close();
  expect((await agency.messages()).every(({ unsentAt }) => unsentAt !== null)).toBe(true);
  const untouched = (await stored(room)).filter((each) => each.startsWith('{"object":"instagram","mine-1":'));
  expect(untouched).toHaveLength(100_000);
  // Generous, for a busy machine. A scan of all bodies for each unsend took more than a minute.
  expect(answeredMs).toBeLessThan(1_000);
  expect(maxMs).toBeLessThan(1_000);
});
