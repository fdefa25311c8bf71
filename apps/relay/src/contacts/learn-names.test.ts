import { dayMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { openOutboundRoom } from '../testing/outbound-room.ts';
import { createNameLearner } from './learn-names.ts';

const asked = async (room: Awaited<ReturnType<typeof openOutboundRoom>>) =>
  (await room.agency.rows<{ at: number }>(`select name_asked_at as at from contacts where agency_id = :agency`)).map(
    ({ at }) => at,
  );

it('learns the name of who wrote, and lets the desks know', async () => {
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

it('asks for nobody who only commented', async () => {
  await using room = await openOutboundRoom();
  await room.buyer('Ola', 'comments');
  const names = createNameLearner(room.deps);
  names.poke(room.agency.id);
  await names.close();
  expect(await asked(room)).toEqual([0]);
});

it('asks again after a day at the earliest, and hurts nothing when Meta does not tell', async () => {
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
