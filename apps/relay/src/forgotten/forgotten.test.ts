import { expect, it } from 'vitest';
import { noon } from '../testing/events.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { forgottenAt, remember, subjectOfPerson } from './forgotten.ts';

it('keeps the later of two times, so that nothing between them comes back', async () => {
  await using room = await openRelayRoom();
  const { agency } = await room.addAgency();
  const subject = subjectOfPerson('account', '1200000000000001');
  const forgetsAt = (at: number) =>
    agency.write((tx) => remember(tx, { kind: 'erased', subject, target: `contact of ${at}`, at }));

  await forgetsAt(noon);
  await forgetsAt(noon + 2);
  await forgetsAt(noon + 1);

  expect(await agency.read((tx) => forgottenAt(tx, 'erased', subject))).toBe(noon + 2);
  expect(await agency.read((tx) => forgottenAt(tx, 'unsent', subject))).toBeUndefined();
});

it('does not say who was erased', () => {
  expect(subjectOfPerson('account', '1200000000000001')).not.toContain('1200000000000001');
  expect(subjectOfPerson('account', '1200000000000001')).not.toBe(subjectOfPerson('account', '1200000000000002'));
});
