import { expect, it } from 'vitest';
import { plansOf, wholeTableSteps } from '../testing/plans.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { contactsOfAccount, contactsOfSender } from './deletion-requests.ts';

it('scans no whole table for a request to erase somebody', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  const plans = await plansOf(room, agency, async (tx) => {
    await contactsOfSender(tx, 'instagram', '1200000000000001');
    await contactsOfAccount(tx, agency.account.id, '');
  });
  expect(plans.length).toBeGreaterThan(2);
  expect(wholeTableSteps(plans)).toEqual([]);
});
