import { dayMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { eraseContact } from '../accounts/erase-contact.ts';
import { takeOut } from '../channels/all.ts';
import type { ChannelAccount } from '../outbound/channel-port.ts';
import { wrote } from '../testing/events.ts';
import { openOutboundRoom } from '../testing/outbound-room.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { channelThat, sentAs } from '../testing/replies.ts';
import { createNameLearner } from './learn-names.ts';

const asked = async (room: Awaited<ReturnType<typeof openOutboundRoom>>) =>
  (await room.agency.rows<{ at: number }>(`select name_asked_at as at from contacts where agency_id = :agency`)).map(
    ({ at }) => at,
  );

it('learns the name of a person who wrote, and tells the desks', async () => {
  await using room = await openOutboundRoom();
  await room.buyer('Maya Lindgren');
  const names = createNameLearner(room.deps);
  names.poke(room.agency.id);
  await expect
    .poll(() => room.agency.conversation())
    .toMatchObject({
      contact: {
        name: 'Maya Lindgren',
        username: 'maya.lindgren',
        profileUrl: 'https://www.instagram.com/maya.lindgren/',
      },
    });
  expect((await room.agency.changes()).at(-1)?.body).toContain('Maya Lindgren');
  await names.close();
});

it('asks about nobody who only commented', async () => {
  await using room = await openOutboundRoom();
  await room.buyer('Ola', 'comments');
  const names = createNameLearner(room.deps);
  names.poke(room.agency.id);
  await names.close();
  expect(await asked(room)).toEqual([0]);
});

it('asks again after a day at the earliest, and does no harm when Meta does not tell', async () => {
  await using room = await openOutboundRoom();
  await room.buyer('Maya');
  await room.client.fault({ kind: 'graph_error', calls: 'all' });
  const round = async () => {
    const again = createNameLearner(room.deps);
    again.poke(room.agency.id);
    await again.close();
  };
  await round();
  const first = room.clock();
  expect(await asked(room)).toEqual([first]);
  await room.client.clearFaults();
  await room.pass(dayMs);
  await round();
  expect(await asked(room)).toEqual([first]);
  expect((await room.agency.conversation()).contact.name).toBeNull();
  await room.pass(1);
  await round();
  expect((await room.agency.conversation()).contact.name).toBe('Maya');
});

it('learns the names of one account while another hangs', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency({ token: 'hangs' });
  const second = await agency.addAccount({ nativeId: 'second', token: 'answers' });
  const people = Array.from({ length: 20 }, (_, n) =>
    wrote({ contact: { senderId: `person ${n}`, name: null, username: null } }),
  );
  await agency.hears(...people);
  await agency.hearsOn(second, wrote({ contact: { senderId: 'Maya', name: null, username: null } }));
  const letGo = Promise.withResolvers<null>();
  let underWay = 0;
  const names = createNameLearner({
    ...room,
    onCommitted: () => undefined,
    openAccount: async (tx, accountId) =>
      (await tx.get<ChannelAccount>(
        `select channel, native_id as "nativeId", token from accounts where agency_id = :agency and id = :accountId`,
        { accountId },
      )) ?? null,
    channels: {
      ...channelThat(async () => sentAs('m')),
      readProfile: ({ token }, name) => {
        if (token === 'answers') return Promise.resolve({ name, username: null });
        underWay += 1;
        return letGo.promise;
      },
    },
  });
  names.poke(agency.id);
  const known = () => agency.rows(`select name from contacts where agency_id = :agency and name is not null`);
  await expect.poll(known).toEqual([{ name: 'Maya' }]);
  expect(underWay).toBe(2);
  letGo.resolve(null);
  await names.close();
});

it('restores no name to a person who was erased during the call to Meta', async () => {
  await using room = await openOutboundRoom();
  const buyer = await room.buyer('Maya Lindgren');
  const { store, agency, clock } = room;
  const erase = async () => {
    const [contact] = await agency.rows<{ id: string }>(
      `select id from contacts where agency_id = :agency and sender_id = :id`,
      { id: buyer.id },
    );
    await eraseContact({ store, takeOut }, agency.id, contact?.id ?? '', 'operator', clock());
  };
  const channels: typeof room.deps.channels = {
    ...room.deps.channels,
    async readProfile(account, contactId) {
      const profile = await room.deps.channels.readProfile(account, contactId);
      await erase();
      return profile;
    },
  };
  const names = createNameLearner({ ...room.deps, channels });
  names.poke(agency.id);
  await expect.poll(async () => (await agency.conversation()).erasedAt).not.toBeNull();
  await names.close();
  expect((await agency.conversation()).contact).toMatchObject({ name: null, username: null });
  await room.pass(2 * dayMs);
  const again = createNameLearner(room.deps);
  again.poke(agency.id);
  await again.close();
  expect((await asked(room)).at(0)).toBeLessThan(clock() - dayMs);
});

it('learns the name of a commenter, known only by username, once they have written', async () => {
  await using room = await openOutboundRoom();
  const buyer = await room.buyer('Maya Lindgren', 'comments');
  const round = async () => {
    const names = createNameLearner(room.deps);
    names.poke(room.agency.id);
    await names.close();
  };
  await round();
  expect((await room.agency.conversation()).contact).toMatchObject({ name: null, username: 'maya.lindgren' });
  await room.client.writes({ account: room.shop, buyer: buyer.id, text: 'Hi, it is me' });
  await expect.poll(() => room.agency.count('messages'), { timeout: 5_000 }).toBe(2);
  await round();
  expect((await room.agency.conversation()).contact).toMatchObject({
    name: 'Maya Lindgren',
    username: 'maya.lindgren',
  });
});

it('does not ask every day about people who have a username and no name', async () => {
  await using room = await openOutboundRoom();
  await room.buyer('Maya');
  let calls = 0;
  const channels: typeof room.deps.channels = {
    ...room.deps.channels,
    async readProfile() {
      calls += 1;
      return { name: null, username: 'maya' };
    },
  };
  const round = async () => {
    const names = createNameLearner({ ...room.deps, channels });
    names.poke(room.agency.id);
    await names.close();
  };
  for (let day = 0; day < 31; day += 1) {
    await round();
    room.goesAhead(dayMs);
  }
  await round();
  expect(calls).toBe(2);
});
