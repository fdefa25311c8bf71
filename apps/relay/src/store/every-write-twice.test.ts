import { afterEach, beforeEach, expect, it } from 'vitest';
import { createNameLearner } from '../contacts/learn-names.ts';
import { AttemptLimit } from '../fair-share/attempt-limit.ts';
import { inWork } from '../ledger/agency-work.ts';
import type { ChannelAccount } from '../outbound/channel-port.ts';
import { createSender } from '../outbound/sender.ts';
import { inviteLifeMs, makeCode } from '../people/codes.ts';
import { pairDevice } from '../people/pairing.ts';
import { bodyOf, openIntake } from '../testing/deliveries.ts';
import { noon, shop, wrote } from '../testing/events.ts';
import { type AgencyInRoom, openRelayRoom, type RelayRoom } from '../testing/relay-room.ts';
import { channelThat, sentAs } from '../testing/replies.ts';
import { verifyTrail } from '../trail/chain.ts';
import type { AgencyTx } from './port.ts';
import { meetOneInEveryWrite } from './testing/conflicts.ts';

/** The rooms that keep something in memory besides the database, with a store that runs each of their writes twice. */
let stop: () => void;
let room: RelayRoom;
let agency: AgencyInRoom;
beforeEach(async () => {
  room = await openRelayRoom();
  agency = await room.addAgency();
  stop = meetOneInEveryWrite();
});
afterEach(async () => {
  stop();
  await room[Symbol.asyncDispose]();
});

const openAccount = async (tx: AgencyTx, accountId: string) =>
  (await tx.get<ChannelAccount>(
    `select channel, native_id as "nativeId", token from accounts where agency_id = :agency and id = :accountId`,
    { accountId },
  )) ?? null;
const people = (count: number) =>
  Array.from({ length: count }, (_, n) => wrote({ contact: { senderId: `${n}`, name: null, username: null } }));

it('runs every write twice, and returns what the second run found', async () => {
  const runs: string[] = [];
  const write = (name: string) =>
    room.store.write(async (tx) => {
      runs.push(name);
      return tx.run(`insert into probes (name, at) values (:name, 1)`, { name });
    });
  expect(await Promise.all([write('a'), write('b')])).toEqual([1, 1]);
  await room.store.read((tx) => tx.get(`select 1 from probes`));
  expect(await write('c')).toBe(1);
  expect(runs).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
});

it('takes each webhook in once, whether it comes alone, in a crowd, or with hundreds of messages', async () => {
  await using intake = openIntake(room);
  await intake.takes(bodyOf({ mid: 'alone', text: 'Hi' }));
  await intake.takes(...Array.from({ length: 20 }, (_, n) => bodyOf({ mid: `crowd ${n}`, text: 'Hi', from: `${n}` })));
  const messaging = Array.from({ length: 600 }, (_, n) => ({
    sender: { id: `${n % 7}` },
    recipient: { id: shop },
    timestamp: noon - 100_000 + n,
    message: { mid: `large ${n}`, text: 'Hi' },
  }));
  const large = JSON.stringify({ object: 'instagram', entry: [{ id: shop, time: noon, messaging }] });
  await intake.takes(large, bodyOf({ mid: 'beside it', text: 'Hi' }));
  await expect.poll(() => agency.count('messages'), { timeout: 20_000 }).toBe(1 + 20 + 600 + 1);
  expect(new Set((await intake.rows()).map(({ state, attempts }) => `${state} ${attempts}`))).toEqual(
    new Set(['done 0']),
  );
  expect(await agency.agency.read(verifyTrail)).toMatchObject({ ok: true });
});

it('sends each reply once, and leaks no slot', async () => {
  await agency.hears(...people(12));
  const sent: string[] = [];
  const channels = channelThat(async (_account, { text }) => {
    sent.push(text);
    return sentAs(`sent ${text}`);
  });
  const sender = createSender({ ...room, channels, openAccount, onCommitted: () => undefined });
  // One after the other: with a slot lost for each, the account would soon have none left.
  for (const [n, { id: conversationId }] of (await agency.threads()).entries()) {
    const answer = await agency.perform(agency.agent, { kind: 'reply.send', conversationId, text: `${n}` });
    if (!answer.ok || answer.messageId === null) throw new Error(JSON.stringify(answer));
    sender.poke(agency.id);
    const { messageId } = answer;
    await expect.poll(() => agency.message(messageId)).toMatchObject({ state: 'sent' });
  }
  expect(sent).toEqual(Array.from({ length: 12 }, (_, n) => `${n}`));
  expect(await agency.agency.read(verifyTrail)).toMatchObject({ ok: true });
  await sender.close();
});

it('asks for each name once, and leaks no slot', async () => {
  await agency.hears(...people(9));
  const asked: string[] = [];
  const channels = {
    ...channelThat(async () => sentAs('none')),
    readProfile: async (_account: ChannelAccount, senderId: string) => {
      asked.push(senderId);
      return { name: `Person ${senderId}`, username: null, profileUrl: null };
    },
  };
  const names = createNameLearner({ ...room, channels, openAccount, onCommitted: () => undefined });
  names.poke(agency.id);
  await expect.poll(() => asked.length).toBe(9);
  await names.close();
  expect(asked.toSorted()).toEqual(Array.from({ length: 9 }, (_, n) => `${n}`));
});

it('answers a command and a pairing as if it had been done once', async () => {
  await agency.hears(...people(1));
  const [thread] = await agency.threads();
  const command = { kind: 'reply.send', conversationId: thread!.id, text: 'Hello' } as const;
  const first = await agency.perform(agency.agent, command, 'c1');
  expect(await agency.perform(agency.agent, command, 'c1')).toEqual(first);
  expect(room.committed).toEqual([agency.id]);
  const { code } = await inWork(agency.agency, room.clock, (work) =>
    makeCode(work, { role: 'agent', personId: null, lifeMs: inviteLifeMs, by: 'operator' }),
  );
  const pairing = { code, name: 'Ida', deviceToken: 'a token that the desk made', address: null };
  const deps = { store: room.store, attempts: new AttemptLimit() };
  const paired = await pairDevice(deps, pairing, room.clock());
  expect(paired).toMatchObject({ ok: true });
  expect(await pairDevice(deps, pairing, room.clock())).toEqual(paired);
  expect(await agency.rows(`select 1 from people where agency_id = :agency and name = 'Ida'`)).toHaveLength(1);
});
