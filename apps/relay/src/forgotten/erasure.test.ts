import { existsSync, readFileSync } from 'node:fs';
import { minuteMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { eraseContact } from '../accounts/erase-contact.ts';
import { takeOut } from '../channels/all.ts';
import { insertDelivery } from '../intake/deliveries.ts';
import { type Attempt, startAttempts } from '../outbound/attempts.ts';
import { settleAttempt } from '../outbound/outcomes.ts';
import { openIntake } from '../testing/deliveries.ts';
import { noon, shop } from '../testing/events.ts';
import { type AgencyInRoom, openRelayRoom, type RelayRoom } from '../testing/relay-room.ts';
import { finishErasures } from './erasures.ts';
import { copyForgotten, forgottenPathOf } from './forgotten-file.ts';

const person = '7776665554443332';
const neighbour = '7776665554443339';
/** Everything that says who the person is or what was written between them and the business. */
const traces = ['secret', 'Hemlig', person];
const before = noon - 10 * minuteMs;

function messaging(item: object, from = person): Buffer {
  const each = { sender: { id: from }, recipient: { id: shop }, timestamp: before, ...item };
  return Buffer.from(JSON.stringify({ object: 'instagram', entry: [{ id: shop, time: before, messaging: [each] }] }));
}
const echo = (mid: string, text: string) =>
  messaging({ sender: { id: shop }, recipient: { id: person }, message: { mid, text, is_echo: true } });
const comment = (id: string, text: string) =>
  Buffer.from(
    JSON.stringify({
      object: 'instagram',
      entry: [
        {
          id: shop,
          time: before,
          changes: [{ field: 'comments', value: { id, text, from: { id: person, username: 'hemlig.Hemlig' } } }],
        },
      ],
    }),
  );

type Scene = {
  readonly room: RelayRoom;
  readonly agency: AgencyInRoom;
  readonly hears: (body: Buffer) => Promise<void>;
  readonly stores: (body: Buffer, state: 'pending' | 'failed') => Promise<void>;
  attempt: Attempt | null;
};

/** The life of a thread, in which each step may come after the erasure. */
const steps: readonly (readonly [string, (scene: Scene) => Promise<unknown>])[] = [
  ['a reaction to what never came', ({ hears }) => hears(messaging({ reaction: { mid: 'never', action: 'react' } }))],
  ['a message', ({ hears }) => hears(messaging({ message: { mid: 'm1', text: 'secret one' } }))],
  ['the same once more', ({ hears }) => hears(messaging({ message: { mid: 'm1', text: 'secret one' } }))],
  ['an edit', ({ hears }) => hears(messaging({ message_edit: { mid: 'm1', text: 'secret edit', num_edit: 1 } }))],
  ['a comment', ({ hears }) => hears(comment('c1', 'secret comment'))],
  ['a reaction', ({ hears }) => hears(messaging({ reaction: { mid: 'm1', action: 'react', emoji: 'x' } }))],
  ['an answer given elsewhere', ({ hears }) => hears(echo('e1', 'secret answer'))],
  [
    'a reply and a note',
    async ({ agency }) => {
      const thread = (await agency.threads()).find(({ contact }) => contact.id !== '' && contact.name !== 'Neighbour');
      if (thread === undefined || thread.erasedAt !== null) return;
      const about = { conversationId: thread.id };
      await agency.perform(agency.agent, { kind: 'note.add', ...about, text: 'secret note' });
      await agency.perform(agency.agent, { kind: 'reply.send', ...about, text: 'secret reply' });
    },
  ],
  [
    'the call to Meta',
    async (scene) => {
      const [attempt] = await startAttempts(scene.agency.agency, scene.room.clock(), 1);
      scene.attempt = attempt ?? null;
    },
  ],
  ['a look at what never came', ({ hears }) => hears(messaging({ read: { mid: 'never' } }))],
  ['the echo of the reply', ({ hears }) => hears(echo('r1', 'secret reply'))],
  [
    'the answer to the call',
    async ({ agency, attempt, room }) => {
      const outcome = { kind: 'sent', nativeMessageId: 'r1', recipientId: null } as const;
      if (attempt !== null) await settleAttempt(agency.agency, attempt, outcome, room.clock());
    },
  ],
  ['a link', ({ hears }) => hears(messaging({ referral: { ref: 'secret', source: 'SHORTLINK' } }))],
  [
    'a webhook that waits',
    ({ stores }) => stores(messaging({ message: { mid: 'm2', text: 'secret two' } }), 'pending'),
  ],
  [
    'a webhook that failed',
    ({ stores }) => stores(messaging({ message: { mid: 'm3', text: 'secret three' } }), 'failed'),
  ],
  ['an unsend', ({ hears }) => hears(messaging({ message: { mid: 'm1', is_deleted: true } }))],
];

async function contactsOf(agency: AgencyInRoom): Promise<string[]> {
  const rows = await agency.rows<{ id: string }>(
    `select id from contacts where agency_id = :agency and sender_id = :person`,
    { person },
  );
  return rows.map(({ id }) => id);
}

function tracesIn(room: RelayRoom): string[] {
  const files = ['', '-wal', '.forgotten']
    .map((ending) => room.databasePath + ending)
    .filter((path) => existsSync(path));
  return files.flatMap((path) => {
    const bytes = readFileSync(path);
    return traces.filter((trace) => bytes.includes(trace));
  });
}

/** From after the first message, when there is a person to erase, to after everything. */
const points = [...steps.map(([name]) => name), 'nothing more'].map((name, index) => [index, name] as const).slice(2);

it.each(points)(
  'leaves nothing of a person and lets nothing come back when they are erased at step %i, before %s',
  async (at) => {
    await using room = await openRelayRoom();
    const agency = await room.addAgency();
    await using intake = openIntake(room);
    const take = (body: Buffer) => intake.takes(body.toString());
    const scene: Scene = {
      room,
      agency,
      hears: take,
      stores: (body, state) =>
        room.store.write(async (tx) => {
          const about = { route: 'instagram', signedBy: 'instagram', receivedAt: before, body };
          const { id } = await insertDelivery(tx, about, 'pending');
          await tx.run(`update deliveries set state = :state where id = :id`, { id, state });
        }),
      attempt: null,
    };
    await take(messaging({ message: { mid: 'n1', text: 'of the neighbour' } }, neighbour));
    for (const [, step] of steps.slice(0, at)) await step(scene);
    const [contactId] = await contactsOf(agency);
    await eraseContact({ store: room.store, takeOut }, agency.id, contactId ?? '', 'operator', room.clock());
    expect(tracesIn(room)).toEqual([]);
    for (const [, step] of steps.slice(at)) await step(scene);
    await room.store.write((tx) => tx.run(`update deliveries set state = 'pending' where state = 'failed'`));
    await intake.work();
    await copyForgotten(room.store, forgottenPathOf(room.database), room.clock());
    await room.store.forgetRemoved();
    expect(await contactsOf(agency)).toEqual([]);
    expect(tracesIn(room)).toEqual([]);
    expect((await agency.threads()).map(({ erasedAt }) => erasedAt === null).toSorted()).toEqual([false, true]);
    expect(readFileSync(room.databasePath).includes('of the neighbour')).toBe(true);
  },
);

it.each([1, 2, 3, 4])(
  'finishes an erasure at the next start if the relay ends after its transaction %i',
  async (endsAfter) => {
    await using room = await openRelayRoom();
    const agency = await room.addAgency();
    await using intake = openIntake(room);
    const bodies = Array.from({ length: 120 }, (_, n) => messaging({ message: { mid: `m${n}`, text: `secret ${n}` } }));
    await intake.takes(...bodies.map((body) => body.toString()));
    const [contactId] = await contactsOf(agency);
    let writes = 0;
    const ending: RelayRoom['store'] = Object.assign(Object.create(room.store) as RelayRoom['store'], {
      read: room.store.read.bind(room.store),
      forAgency: room.store.forAgency.bind(room.store),
      forgetRemoved: room.store.forgetRemoved.bind(room.store),
      write: <T>(work: Parameters<typeof room.store.write<T>>[0]): Promise<T> => {
        writes += 1;
        return writes > endsAfter ? Promise.reject(new Error('The process ended here.')) : room.store.write(work);
      },
    });
    await expect(
      eraseContact({ store: ending, takeOut }, agency.id, contactId ?? '', 'operator', room.clock()),
    ).rejects.toThrow('ended here');
    // Desks know at once, and the person is no longer anybody's contact.
    expect((await agency.conversation()).erasedAt).not.toBeNull();
    expect(await contactsOf(agency)).toEqual([]);

    await finishErasures({ store: room.store, takeOut }, room.clock);
    expect(tracesIn(room)).toEqual([]);
    expect((await agency.messages()).filter(({ text }) => text !== null)).toEqual([]);
  },
);

it('takes back what an erased person wrote later even if the unsend arrives first', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await using intake = openIntake(room);
  const take = (item: object) => intake.takes(messaging(item).toString());
  await take({ message: { mid: 'm1', text: 'secret one' } });
  const [contactId] = await contactsOf(agency);
  await eraseContact({ store: room.store, takeOut }, agency.id, contactId ?? '', 'operator', room.clock());
  room.pass(minuteMs);
  await take({ timestamp: noon + 20_000, message: { mid: 'm2', is_deleted: true } });
  await take({ timestamp: noon + 10_000, message: { mid: 'm2', text: 'secret two' } });
  expect(await contactsOf(agency)).toHaveLength(1);
  expect((await agency.messages()).filter(({ text }) => text !== null)).toEqual([]);
  const bodies = await room.store.read((tx) => tx.all<{ body: Buffer }>(`select body from deliveries`));
  expect(bodies.some(({ body }) => body.includes('secret'))).toBe(false);
});

it('loses nothing that an erased person writes later and that arrives together with what was erased', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await using intake = openIntake(room);
  await intake.takes(messaging({ message: { mid: 'm1', text: 'secret one' } }).toString());
  const [contactId] = await contactsOf(agency);
  await eraseContact({ store: room.store, takeOut }, agency.id, contactId ?? '', 'operator', room.clock());
  room.pass(minuteMs);
  const item = (mid: string, from: string, timestamp: number, text = mid) => ({
    ...{ sender: { id: from }, recipient: { id: shop }, timestamp },
    message: { mid, text },
  });
  // So many in between that the two are brought in by different slices.
  const others = Array.from({ length: 1_000 }, (_, n) => item(`n${n}`, neighbour, before));
  const items = [item('m1', person, before, 'secret one'), ...others, item('m2', person, noon + 1_000, 'a beginning')];
  const entry = [{ id: shop, time: noon + 2_000, messaging: items }];
  await intake.takes(JSON.stringify({ object: 'instagram', entry }));
  const again = () => agency.rows(`select text from messages where agency_id = :agency and native_message_id = 'm2'`);
  await expect.poll(again, { timeout: 20_000 }).toEqual([{ text: 'a beginning' }]);
  expect(await agency.rows(`select 1 from messages where agency_id = :agency and text like 'secret%'`)).toEqual([]);
});
