import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { normalizeDelivery } from '../channels/all.ts';
import { bodyOf, openIntake } from '../testing/deliveries.ts';
import { noon, shop } from '../testing/events.ts';
import { openRelayRoom, type RelayRoom } from '../testing/relay-room.ts';

/** One delivery with more messages than anybody but a test sends. */
function large(count: number, text = (n: number) => `message number ${n} of many`, name = 'large'): string {
  const messaging = Array.from({ length: count }, (_, n) => ({
    sender: { id: `buyer-${n % 50}` },
    recipient: { id: shop },
    timestamp: noon - 100_000 + n,
    message: { mid: `${name}-${n}`, text: text(n) },
  }));
  return JSON.stringify({ object: 'instagram', entry: [{ id: shop, time: noon, messaging }] });
}

async function progress(room: RelayRoom): Promise<{ done: number; state: string }> {
  const row = await room.store.read((tx) =>
    tx.get<{ done: number; state: string }>(`select events_done as done, state from deliveries where id = 1`),
  );
  return row ?? { done: -1, state: 'none' };
}

it('is brought into the inbox in slices between which others are served, and is parsed once', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  let reads = 0;
  await using intake = openIntake(room, (bytes) => {
    reads += bytes.includes('large-0"') ? 1 : 0;
    return normalizeDelivery(bytes);
  });
  const keep = (body: string) =>
    intake.commits.keep({
      route: 'instagram',
      signedBy: 'instagram',
      body: Buffer.from(body),
      receivedAt: room.clock(),
    });
  await keep(large(2_000));
  await expect.poll(async () => (await progress(room)).done, { interval: 1 }).toBeGreaterThan(0);
  await keep(bodyOf({ mid: 'small', text: 'from somebody else', from: 'other' }));
  const small = () => agency.rows(`select 1 from messages where agency_id = :agency and native_message_id = 'small'`);
  await expect.poll(small, { interval: 1 }).toHaveLength(1);
  expect(await progress(room)).toMatchObject({ state: 'pending' });
  await expect.poll(() => progress(room), { timeout: 20_000 }).toEqual({ done: 0, state: 'done' });
  expect(await agency.count('messages')).toBe(2_001);
  expect(reads).toBe(1);
});

it('resumes where it was when the relay ended halfway', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  {
    await using intake = openIntake(room);
    void intake.takes(large(2_000));
    await expect.poll(async () => (await progress(room)).done, { interval: 1 }).toBeGreaterThan(0);
  }
  const before = (await progress(room)).done;
  expect(before).toBeLessThan(2_000);
  await using intake = openIntake(room);
  await intake.work();
  await expect.poll(() => progress(room), { timeout: 20_000 }).toEqual({ done: 0, state: 'done' });
  expect(await agency.count('messages')).toBe(2_000);
  const received = (await agency.trail()).filter(({ action }) => action === 'message.received');
  expect(received).toHaveLength(2_000);
});

it('leaves its one poisonous event behind, is retried from there, and keeps no words that it takes back itself', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  const db = new Database(room.databasePath);
  db.exec(
    `create trigger poison before insert on messages when new.text = 'poison' begin select raise(abort, 'planted'); end`,
  );
  await using intake = openIntake(room);
  const body = JSON.parse(large(1_000, (n) => (n === 300 ? 'poison' : n === 20 ? 'secret' : `${n}`))) as {
    entry: [{ messaging: object[] }];
  };
  const about = { sender: { id: 'buyer-20' }, recipient: { id: shop }, timestamp: noon };
  body.entry[0].messaging.push({ ...about, message: { mid: 'large-20', is_deleted: true } });
  await intake.takes(JSON.stringify(body));
  await expect
    .poll(() => db.prepare(`select attempts, error from deliveries`).get(), { timeout: 20_000 })
    .toEqual({ attempts: 1, error: expect.stringContaining('planted') });
  expect(await agency.count('messages')).toBe(999);
  const bytes = () => (db.prepare(`select body from deliveries`).pluck().get() as Buffer).toString();
  expect(bytes()).not.toContain('secret');

  db.close();
  // Through the store, which takes turns: another connection of this process would wait for a lock that only this process can release.
  await room.store.write((tx) => tx.run('drop trigger poison'));
  room.pass(1_000);
  await intake.work();
  await expect.poll(() => agency.count('messages'), { timeout: 20_000 }).toBe(1_000);
});

it('keeps no edit of a message that never came and was taken back, whether in an earlier delivery or in this one', async () => {
  await using room = await openRelayRoom();
  await room.addAgency();
  await using intake = openIntake(room);
  const about = { sender: { id: 'buyer-1' }, recipient: { id: shop }, timestamp: noon };
  const unsend = (mid: string) => ({ ...about, message: { mid, is_deleted: true } });
  const edit = (mid: string) => ({ ...about, message_edit: { mid, text: `secret of ${mid}`, num_edit: 1 } });
  const body = JSON.parse(large(1_000)) as { entry: [{ messaging: object[] }] };
  const [{ messaging }] = body.entry;
  body.entry[0].messaging = [edit('before'), edit('within'), edit('kept'), ...messaging, unsend('within')];
  await intake.takes(
    JSON.stringify({ object: 'instagram', entry: [{ id: shop, time: noon, messaging: [unsend('before')] }] }),
    JSON.stringify(body),
  );
  const rows = () =>
    room.store.read((tx) => tx.all<{ body: Buffer; state: string }>(`select body, state from deliveries`));
  await expect
    .poll(async () => (await rows()).map(({ state }) => state), { timeout: 20_000 })
    .toEqual(['done', 'done']);
  const bytes = (await rows()).map((row) => row.body.toString()).join();
  expect(bytes).not.toContain('secret of before');
  expect(bytes).not.toContain('secret of within');
  expect(bytes).toContain('secret of kept');
  expect(bytes).toContain('large-999');
});

it('makes no other delivery wait for its end, however many large ones there are', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await using intake = openIntake(room);
  const keep = (body: string) => {
    const receivedAt = room.clock();
    return intake.commits.keep({ route: 'instagram', signedBy: 's', body: Buffer.from(body), receivedAt });
  };
  await Promise.all([0, 1, 2, 3, 4, 5].map((n) => keep(large(2_000, undefined, `large${n}`))));
  await keep(bodyOf({ mid: 'small', text: 'from somebody else', from: 'other' }));
  const small = () => agency.rows(`select 1 from messages where agency_id = :agency and native_message_id = 'small'`);
  await expect.poll(small, { interval: 1, timeout: 20_000 }).toHaveLength(1);
  const rows = await intake.rows();
  expect(rows.slice(0, 6).map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'pending'));
});

it('goes on with each of them even if others are emptied while they are brought in', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await using intake = openIntake(room);
  const keep = (body: string) => {
    const receivedAt = room.clock();
    return intake.commits.keep({ route: 'instagram', signedBy: 's', body: Buffer.from(body), receivedAt });
  };
  await Promise.all([0, 1, 2, 3].map((n) => keep(large(800, undefined, `large${n}`))));
  const begun = () =>
    room.store.read((tx) => tx.all<{ id: number }>(`select id from deliveries where events_done > 0`));
  await expect.poll(async () => (await begun()).length, { interval: 1 }).toBe(4);
  await room.store.write((tx) =>
    tx.run(`update deliveries set state = 'done', body = zeroblob(0), events_done = 0 where id > 1`),
  );
  await expect.poll(() => progress(room), { timeout: 20_000 }).toEqual({ done: 0, state: 'done' });
  const first = await agency.rows(
    `select 1 from messages where agency_id = :agency and native_message_id like 'large0-%'`,
  );
  expect(first).toHaveLength(800);
});

it('has its slices to itself, and leaves the others as many in theirs as fit', async () => {
  await using room = await openRelayRoom();
  await room.addAgency();
  /** How many copies were read after each slice of the large one. Copies change nothing, so every commit that does is such a slice. */
  const readAfter: number[] = [];
  await using intake = openIntake(room, (bytes) => {
    const slices = intake.poked.length;
    if (bytes.includes('"small"')) readAfter[slices] = (readAfter[slices] ?? 0) + 1;
    return normalizeDelivery(bytes);
  });
  const copy = bodyOf({ mid: 'small', text: 'the same many times' });
  await intake.takes(copy);
  await intake.takes(large(1_500), ...Array.from({ length: 300 }, () => copy));
  // What was read after the last slice was read without a large one beside it.
  const beside = readAfter.slice(2, intake.poked.length).filter((count) => count > 0);
  expect(Math.max(...beside)).toBeGreaterThan(5);
});
