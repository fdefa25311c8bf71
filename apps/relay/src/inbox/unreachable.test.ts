import { dueOf, laneOf, minuteMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { commented, echoed, entered, type Handled, noon, reacted, read, wrote } from '../testing/events.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { repliesIn } from '../testing/replies.ts';

/** Meta said that a reply cannot reach this person. */
async function openUnreachable() {
  const room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(
    wrote({ sentAt: noon - 3 }),
    echoed({ nativeMessageId: 'ours', sentAt: noon - 2 }),
    wrote({ sentAt: noon - 1 }),
  );
  const replies = repliesIn(room, agency);
  await replies.answered(await replies.sends('Hello?'), {
    ...{ kind: 'refused', reason: 'recipient_unavailable', detail: 'Unavailable.', platformCode: '551' },
  } as const);
  room.pass(minuteMs);
  const lane = async () => laneOf(await agency.conversation(), room.clock(), false);
  return { room, agency, lane, [Symbol.asyncDispose]: room[Symbol.asyncDispose] };
}

it('stands apart from those who can be answered', async () => {
  await using it = await openUnreachable();
  expect(await it.agency.conversation()).toMatchObject({ unreachable: true, state: 'needs_answer' });
  expect([await it.lane(), dueOf(await it.agency.conversation())]).toEqual(['unreachable', null]);
});

it.each<[string, (at: number) => Handled, string]>([
  ['writes', (at) => wrote({ sentAt: at }), 'answer'],
  ['taps a button', (at) => wrote({ sentAt: at, messageKind: 'postback' }), 'answer'],
  ['reacts', (at) => reacted('ours', '👍', at), 'answer'],
  ['follows a link', (at) => entered(at), 'answer'],
  ['comments', (at) => commented({ sentAt: at }), 'answer'],
  ['takes a reaction back', (at) => reacted('ours', null, at), 'unreachable'],
  ['has read', (at) => read({ at }), 'unreachable'],
  ['reacted long before', () => reacted('ours', '👍', noon - 2), 'unreachable'],
])('whoever %s', async (_what, event, lane) => {
  await using it = await openUnreachable();
  await it.agency.hears(event(it.room.clock()));
  expect(await it.lane()).toBe(lane);
});
