import { hourMs } from '@transom/shared';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { normalizeDelivery } from '../channels/all.ts';
import { runCommand } from '../operator/run-command.ts';
import { bodyOf, openIntake } from '../testing/deliveries.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { verifyTrail } from '../trail/chain.ts';
import { insertDelivery, reconsiderUnclaimed, takePending } from './deliveries.ts';

/** Makes one message impossible to store, from outside, as a fault of ours would. */
function plantPoison(path: string, fault: 'abort' | 'rollback' = 'abort'): () => void {
  const db = new Database(path);
  db.exec(
    `create trigger poison before insert on messages when new.text = 'poison' begin select raise(${fault}, 'planted'); end`,
  );
  db.close();
  return () => {
    const again = new Database(path);
    again.exec('drop trigger poison');
    again.close();
  };
}
const texts = (messages: { text: string | null }[]) => messages.map(({ text }) => text);

it('brings in deliveries in their order, and tells which agency has something new', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await using intake = openIntake(room);
  await intake.takes(
    ...Array.from({ length: 150 }, (_, n) => bodyOf({ mid: `m${n}`, text: `${n}`, at: room.clock() - 1_000 + n })),
  );
  expect(texts(await agency.messages())).toEqual(Array.from({ length: 150 }, (_, n) => `${n}`));
  const inserted = await agency.rows<{ text: string }>(
    `select text from messages where agency_id = :agency order by id`,
  );
  expect(texts(inserted)).toEqual(Array.from({ length: 150 }, (_, n) => `${n}`));
  expect(new Set(intake.poked)).toEqual(new Set([agency.id]));
  expect((await intake.rows()).every(({ state }) => state === 'done')).toBe(true);
});

it('makes one message, one lead and one handoff from five copies of a body, each with one audit event', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await using intake = openIntake(room);
  const body = bodyOf({ mid: 'm1', text: 'Price?' });
  await intake.takes(...Array.from({ length: 5 }, () => body));
  const actions = (await agency.trail()).map(({ action }) => action);
  expect(actions.toSorted()).toEqual(['handoff.opened', 'lead.created', 'message.received']);
  expect(await agency.count('messages')).toBe(1);
  expect(await agency.count('leads')).toBe(1);
  expect(await agency.count('handoffs')).toBe(1);
  expect((await agency.changes()).map(({ seq, entity }) => [seq, entity])).toEqual([
    [1, 'conversation'],
    [2, 'message'],
  ]);
});

it('sets a poisonous delivery aside after its attempts, without affecting its neighbors', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  const other = await room.addAgency({ nativeId: '2' });
  const heal = plantPoison(room.databasePath);
  await using intake = openIntake(room);
  // Good messages beside the poison, in both agencies: it fails alone.
  const poisonous = bodyOf(
    { mid: 'm2', text: 'beside' },
    { mid: 'm3', text: 'also', account: '2' },
    { mid: 'm4', text: 'poison' },
  );
  await intake.takes(bodyOf({ mid: 'm1', text: 'before' }), poisonous, bodyOf({ mid: 'm5', text: 'after' }));
  expect(texts(await agency.messages())).toEqual(['before', 'beside', 'after']);
  expect(texts(await other.messages())).toEqual(['also']);
  expect((await agency.changes()).filter(({ entity }) => entity === 'message')).toHaveLength(3);
  expect(await agency.agency.read(verifyTrail)).toMatchObject({ ok: true });
  expect((await intake.rows())[1]).toMatchObject({
    state: 'pending',
    attempts: 1,
    error: expect.stringContaining('planted'),
  });

  for (const waitMs of [1_000, 10_000, 60_000, 600_000]) {
    room.pass(waitMs - 1);
    const { attempts } = (await intake.rows())[1]!;
    await intake.work();
    expect((await intake.rows())[1]?.attempts).toBe(attempts);
    room.pass(1);
    await intake.work();
    expect((await intake.rows())[1]?.attempts).toBe(attempts + 1);
  }
  expect((await intake.rows()).map(({ state, attempts }) => [state, attempts])).toEqual([
    ['done', 0],
    ['failed', 5],
    ['done', 0],
  ]);

  heal();
  await room.store.write((tx) =>
    tx.run(`update deliveries set state = 'pending', attempts = 0, next_attempt_at = 0 where state = 'failed'`),
  );
  await intake.work();
  expect(texts(await agency.messages()).toSorted()).toEqual(['after', 'before', 'beside', 'poison']);
  expect(await other.count('messages')).toBe(1);
});

it('puts off a delivery whose reader throws, instead of stopping', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await using intake = openIntake(room, (body) => {
    if (body.includes('unbearable')) JSON.parse('words of a buyer');
    return normalizeDelivery(body);
  });
  await intake.takes(bodyOf({ mid: 'm1', text: 'unbearable' }), bodyOf({ mid: 'm2', text: 'after' }));
  expect(texts(await agency.messages())).toEqual(['after']);
  expect((await intake.rows())[0]).toMatchObject({ state: 'pending', attempts: 1, error: 'SyntaxError' });
});

it('changes nothing, and loses nothing, when the database undoes the whole slice', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  const heal = plantPoison(room.databasePath, 'rollback');
  await using intake = openIntake(room);
  const bodies = [
    bodyOf({ mid: 'm1', text: 'before' }),
    bodyOf({ mid: 'm2', text: 'poison' }),
    bodyOf({ mid: 'm3', text: 'after' }),
  ];
  await Promise.all(
    bodies.map((body) =>
      intake.commits.keep({ route: 'instagram', signedBy: 'x', body: Buffer.from(body), receivedAt: 0 }),
    ),
  );
  intake.normalizer.poke();
  await intake.normalizer.close();
  const [before, poison, after] = await intake.rows();
  // The first may have had a slice of its own.
  expect(texts(await agency.messages())).toEqual(before?.state === 'done' ? ['before'] : []);
  expect([poison, after]).toMatchObject([
    { state: 'pending', attempts: 0 },
    { state: 'pending', attempts: 0 },
  ]);
  heal();
  await using again = openIntake(room);
  await again.work();
  expect(texts(await agency.messages())).toEqual(['before', 'poison', 'after']);
});

it('counts what it has no use for, and keeps it', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await using intake = openIntake(room);
  await intake.takes(
    bodyOf({ mid: 'm1', text: 'Hi', account: 'nobody' }),
    'not json {',
    '[]',
    bodyOf({ mid: 'm2', text: 'Hi' }, { mid: 'm3', text: 'Hi', account: 'nobody' }),
  );
  expect((await intake.rows()).map(({ state, unhandled }) => [state, unhandled])).toEqual([
    ['done', 1],
    ['done', 1],
    ['done', 1],
    ['done', 1],
  ]);
  const kept = await room.store.read((tx) => tx.all<{ body: Buffer }>(`select body from deliveries order by id`));
  expect(kept[1]?.body.toString()).toBe('not json {');
  expect(await agency.count('messages')).toBe(1);
});

it('replays healthy deliveries without any change', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  const page = await room.addAgency({ channel: 'facebook', nativeId: '77' });
  await using intake = openIntake(room);
  const messaging = (item: object) =>
    JSON.stringify({
      object: 'instagram',
      entry: [
        {
          id: agency.nativeId,
          time: room.clock(),
          messaging: [{ sender: { id: '12' }, recipient: { id: agency.nativeId }, timestamp: room.clock(), ...item }],
        },
      ],
    });
  const comment = (value: object) =>
    JSON.stringify({
      object: 'instagram',
      entry: [{ id: agency.nativeId, time: Math.floor(room.clock() / 1_000), changes: [{ field: 'comments', value }] }],
    });
  const feed = (value: object) =>
    JSON.stringify({
      object: 'page',
      entry: [
        {
          id: page.nativeId,
          time: Math.floor(room.clock() / 1_000),
          changes: [
            {
              field: 'feed',
              value: { item: 'comment', comment_id: 'f1', post_id: 'p2', created_time: 1_763_640_000, ...value },
            },
          ],
        },
      ],
    });
  await intake.takes(
    messaging({ message: { mid: 'm1', text: 'Hi' } }),
    messaging({ message: { mid: 'm2', text: 'Oops' } }),
    messaging({
      sender: { id: agency.nativeId },
      recipient: { id: '12' },
      message: { mid: 'e1', text: 'Yes?', is_echo: true },
    }),
    messaging({ reaction: { mid: 'e1', action: 'react', reaction: 'love', emoji: '❤️' } }),
    messaging({ message_edit: { mid: 'm1', text: 'Hi!', num_edit: 1 } }),
    messaging({ message: { mid: 'm2', is_deleted: true } }),
    messaging({ message: { mid: 'm9', is_deleted: true } }),
    messaging({ read: { mid: 'e1' } }),
    messaging({ referral: { ref: 'flyer', source: 'IGME-SOURCE-LINK', type: 'OPEN_THREAD' } }),
    comment({ id: 'c1', from: { id: '12', username: 'maya' }, text: 'Price?', media: { id: 'p1' } }),
    comment({
      id: 'c2',
      from: { id: agency.nativeId, username: 'shop' },
      text: 'See DM',
      parent_id: 'c1',
      media: { id: 'p1' },
    }),
    feed({ verb: 'add', message: 'What?', from: { id: '12', name: 'Maya' } }),
    feed({ verb: 'edited', message: 'What price?', from: { id: '12' } }),
    feed({ verb: 'remove', from: { id: '12' } }),
  );
  const state = async () => ({
    changes: await agency.changes(),
    trail: await agency.trail(),
    threads: await agency.threads(),
    messages: await agency.messages(),
    pageChanges: await page.changes(),
    pageMessages: await page.messages(),
  });
  const before = await state();
  expect(before.messages).toHaveLength(5);
  expect(before.pageMessages).toMatchObject([{ nativeMessageId: 'f1', text: null }]);
  intake.poked.length = 0;
  room.pass(60_000);
  await room.store.write((tx) => tx.run(`update deliveries set state = 'pending', next_attempt_at = 0`));
  await intake.work();
  expect(await state()).toEqual(before);
  expect(intake.poked).toEqual([]);
});

it('dates nothing later than when it came and was signed, however late it is normalized', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await using intake = openIntake(room);
  const cameAt = room.clock();
  const later = cameAt + 5 * hourMs;
  const body = Buffer.from(
    bodyOf({ mid: 'm1', text: 'Price?', at: later }).replace(`"time":${later}`, `"time":${cameAt}`),
  );
  await intake.commits.keep({ route: 'instagram', signedBy: 'instagram', body, receivedAt: cameAt });
  room.pass(3 * hourMs);
  await intake.work();
  const { window, unansweredSinceAt } = await agency.conversation();
  expect([window.openedAt, unansweredSinceAt]).toEqual([cameAt, cameAt]);
});

it('believes the channel when it signed something later than the machine’s present', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await using intake = openIntake(room);
  const wroteAt = room.clock() + 25 * hourMs;
  await intake.takes(bodyOf({ mid: 'm1', text: 'Price?', at: wroteAt }));
  expect((await agency.conversation()).window.openedAt).toBe(wroteAt);
});

it('looks an account id up in the channel that the delivery is about', async () => {
  await using room = await openRelayRoom();
  const page = await room.addAgency({ channel: 'facebook' });
  const profile = await room.addAgency({ channel: 'instagram' });
  expect(page.nativeId).toBe(profile.nativeId);
  await using intake = openIntake(room);
  await intake.takes(bodyOf({ mid: 'm1', text: 'to the profile' }));
  await intake.takes(bodyOf({ mid: 'm2', text: 'to the Page' }).replace('"instagram"', '"page"'));
  expect(texts(await profile.messages())).toEqual(['to the profile']);
  expect(texts(await page.messages())).toEqual(['to the Page']);
});

it('takes fresh deliveries before all that are looked at once more', async () => {
  await using room = await openRelayRoom();
  await room.addAgency();
  const store = (mid: string, state: 'pending' | 'done') =>
    room.store.write((tx) => {
      const body = Buffer.from(bodyOf({ mid, text: mid, account: '555' }));
      return insertDelivery(tx, { route: 'instagram', signedBy: 's', receivedAt: room.clock(), body }, state);
    });
  const next = () => room.store.read((tx) => takePending(tx, room.clock(), 10));
  await store('m1', 'done');
  await store('m2', 'done');
  await room.store.write((tx) => tx.run(`update deliveries set unhandled = 1 where id = 2`));

  await room.store.write((tx) => reconsiderUnclaimed(tx, room.clock()));
  await store('m3', 'pending');
  expect((await next()).map(({ id }) => id)).toEqual([3, 2]);

  const output = { machine: () => undefined, people: () => undefined };
  await runCommand(['replay', '--state', 'done'], { DATABASE_URL: `sqlite:${room.databasePath}` }, output);
  expect((await next()).map(({ id }) => id)).toEqual([3, 1, 2]);
});
