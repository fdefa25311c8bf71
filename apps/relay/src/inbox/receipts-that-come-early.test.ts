import { hourMs, secondMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { delivered, echoed, noon, read, wrote } from '../testing/events.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { repliesIn, sentAs, unclear } from '../testing/replies.ts';
import { asHeard } from './events.ts';

async function scene() {
  const room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.buyerWrites('Hi');
  return { room, agency, ...repliesIn(room, agency), [Symbol.asyncDispose]: () => room[Symbol.asyncDispose]() };
}

it.each([
  ['read, by the id that we do not know yet', read({ nativeMessageId: 'm1' }), 'read'],
  ['read, by time', read({ at: noon + secondMs }), 'read'],
  ['delivered', delivered(noon + secondMs), 'delivered'],
  ['read before it left', read({ at: noon - 1 }), 'sent'],
])('holds for a reply whose answer comes after the receipt: %s', async (_how, receipt, state) => {
  await using it = await scene();
  const attempt = await it.sends('Yes');
  await it.agency.hears(receipt);
  expect(await it.agency.message(attempt.messageId)).toMatchObject({ state: 'sending' });
  await it.answered(attempt, sentAs('m1'));
  expect(await it.agency.message(attempt.messageId)).toMatchObject({ state, nativeMessageId: 'm1' });
  expect((await it.agency.conversation()).lastMessage).toMatchObject({ state });
});

it('holds for a reply that an echo or a person proves later', async () => {
  await using it = await scene();
  const byEcho = await it.sends('Yes');
  await it.answered(byEcho, unclear);
  const byPerson = await it.sends('No');
  await it.answered(byPerson, unclear);
  await it.agency.hears(read({ at: noon + secondMs }));
  await it.agency.hears(echoed({ nativeMessageId: 'e1', text: 'Yes' }));
  await it.confirms(byPerson.messageId, true);
  expect(await it.agency.message(byEcho.messageId)).toMatchObject({ state: 'read' });
  expect(await it.agency.message(byPerson.messageId)).toMatchObject({ state: 'read' });
});

it('does not hold for a reply that was still queued when the receipt came', async () => {
  await using it = await scene();
  const id = await it.queues('Yes');
  it.room.pass(hourMs);
  await it.agency.hears(read({ at: it.room.clock() - secondMs }));
  await it.answered(await it.leaves(id), sentAs('m1'));
  expect(await it.agency.message(id)).toMatchObject({ state: 'sent' });
});

it('never holds for what is written later, whatever time it names', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(asHeard(read({ at: noon + hourMs }), noon), asHeard(delivered(noon + hourMs), noon));
  await agency.hears(echoed({ nativeMessageId: 'e1', sentAt: noon }));
  room.pass(secondMs);
  await agency.hears(echoed({ nativeMessageId: 'e2', sentAt: room.clock() }));
  expect((await agency.messages()).map(({ state }) => state)).toEqual(['read', 'sent']);
});

it('is kept if it comes before its whole thread', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(delivered(noon + 9), read({ nativeMessageId: 'e1' }), read({ at: noon + 3 }));
  await agency.hears(
    echoed({ nativeMessageId: 'e2', sentAt: noon + 2 }),
    echoed({ nativeMessageId: 'e5', sentAt: noon + 5 }),
    wrote({ sentAt: noon + 1 }),
    echoed({ nativeMessageId: 'e8', sentAt: noon + 8 }),
  );
  const states = async () =>
    Object.fromEntries((await agency.messages()).map(({ nativeMessageId, state }) => [nativeMessageId, state]));
  expect(await states()).toMatchObject({ e2: 'read', e5: 'delivered', e8: 'delivered' });
  await agency.hears(echoed({ nativeMessageId: 'e1', sentAt: noon + 6 }));
  expect(await states()).toMatchObject({ e1: 'read', e2: 'read', e5: 'read', e8: 'delivered' });
});
