import { expect, it } from 'vitest';
import { openRelayRoom } from '../testing/relay-room.ts';
import { forgetOldChanges, horizonMs } from './horizon.ts';
import { readPage } from './read-page.ts';

it('forgets what is older than the horizon; a desk that was away longer gets a snapshot, another one its changes', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.buyerWrites('Is it in stock?');
  const [first] = await agency.changes();
  room.pass(horizonMs + 1);
  await agency.buyerWrites('Still there?');
  const before = await agency.changes();

  await forgetOldChanges(room.store, room.clock());

  const kept = await agency.changes();
  expect(kept.length).toBeLessThan(before.length);
  expect(kept.at(-1)).toEqual(before.at(-1));
  const { epoch } = (await readPage(room.store.forAgency(agency.id), null, room.clock)).page;
  const pageAt = async (seq: number) =>
    (await readPage(room.store.forAgency(agency.id), { epoch, seq }, room.clock)).page;
  expect((await pageAt(first!.seq)).kind).toBe('snapshot');
  expect(await pageAt(kept[0]!.seq - 1)).toMatchObject({ kind: 'changes', caughtUp: true });
});
