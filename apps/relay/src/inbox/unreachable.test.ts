import { because, dueOf, laneOf, minuteMs, secondMs } from '@transom/shared';
import { expect, it } from 'vitest';
import type { SendOutcome } from '../outbound/channel-port.ts';
import { commented, echoed, entered, type Handled, noon, reacted, read, wrote } from '../testing/events.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { repliesIn, sentAs, unclear } from '../testing/replies.ts';

const shop = { channel: 'instagram', humanAgentApproved: false };

const refused: SendOutcome = {
  kind: 'refused',
  why: because('recipient_unavailable'),
  platformCode: '551',
};

/** Meta says that a reply cannot reach this contact; something may happen between the call and that answer. */
async function openUnreachable(meanwhile: (at: number) => readonly Handled[] = () => []) {
  const room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(
    wrote({ sentAt: noon - 3 }),
    echoed({ nativeMessageId: 'ours', sentAt: noon - 2 }),
    wrote({ sentAt: noon - 1 }),
  );
  const replies = repliesIn(room, agency);
  const attempt = await replies.sends('Hello?');
  room.pass(secondMs);
  await agency.hears(...meanwhile(room.clock()));
  room.pass(4 * secondMs);
  await replies.answered(attempt, refused);
  room.pass(minuteMs);
  const lane = async () => laneOf(await agency.conversation(), room.clock(), shop);
  return { room, agency, replies, attempt, lane, [Symbol.asyncDispose]: room[Symbol.asyncDispose] };
}

it('is listed apart from contacts who can be answered', async () => {
  await using it = await openUnreachable();
  expect(await it.agency.conversation()).toMatchObject({ unreachable: true, state: 'needs_answer' });
  expect([await it.lane(), dueOf(await it.agency.conversation(), shop)]).toEqual(['unreachable', null]);
});

const actions: [string, (at: number) => Handled, string][] = [
  ['writes', (at) => wrote({ sentAt: at }), 'answer'],
  ['taps a button', (at) => wrote({ sentAt: at, messageKind: 'postback' }), 'answer'],
  ['reacts', (at) => reacted('ours', '👍', at), 'answer'],
  ['follows a link', (at) => entered(at), 'answer'],
  ['comments', (at) => commented({ sentAt: at }), 'answer'],
  ['takes a reaction back', (at) => reacted('ours', null, at), 'unreachable'],
  ['has read', (at) => read({ at }), 'unreachable'],
  ['reacted long before', () => reacted('ours', '👍', noon - 2), 'unreachable'],
];

it.each(actions)('shows a contact who %s in the right place', async (_what, event, lane) => {
  await using it = await openUnreachable();
  await it.agency.hears(event(it.room.clock()));
  expect(await it.lane()).toBe(lane);
});

it.each([
  ...actions,
  ['was reached from a phone', (at: number) => echoed({ sentAt: at }), 'waiting'] as (typeof actions)[number],
])('shows a contact who %s between a call and Meta’s answer in the right place', async (_what, event, lane) => {
  await using it = await openUnreachable((at) => [event(at)]);
  expect(await it.lane()).toBe(lane);
});

it('does not take a message from while the relay’s clock was ahead for one written since', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  const conversationId = await agency.buyerWrites('Hi');
  await agency.agency.write((tx) =>
    tx.run(`update messages set received_at = :later where agency_id = :agency`, { later: noon + 60 * minuteMs }),
  );
  const replies = repliesIn(room, agency);
  await replies.answered(await replies.sends('Hello?', conversationId), refused);
  expect(await agency.conversation()).toMatchObject({ unreachable: true });
});

it('a contact reached from a phone waits for nothing', async () => {
  await using it = await openUnreachable();
  await it.agency.hears(echoed({ sentAt: it.room.clock() }));
  expect(await it.agency.conversation()).toMatchObject({ unreachable: false, state: 'answered' });
  expect(await it.lane()).toBe('waiting');
});

it('stays so if an answer from a phone is older than the refusal, and then nobody waits', async () => {
  await using it = await openUnreachable();
  await it.agency.hears(echoed({ sentAt: noon - 1 }));
  expect(await it.agency.conversation()).toMatchObject({ unreachable: true, state: 'answered' });
  expect(await it.lane()).toBe('waiting');
});

it('is over for a contact who got the reply that Meta seemed to refuse', async () => {
  await using it = await openUnreachable();
  await it.agency.hears(echoed({ text: 'Hello?', sentAt: noon + secondMs }));
  expect(await it.agency.message(it.attempt.messageId)).toMatchObject({ state: 'sent' });
  expect(await it.agency.conversation()).toMatchObject({ unreachable: false, state: 'answered' });
});

it.each(['a person saw', 'Meta said'])('is over when a later reply arrived, as %s, in either order', async (how) => {
  for (const order of ['before', 'after']) {
    await using room = await openRelayRoom();
    const agency = await room.addAgency();
    await agency.buyerWrites('Hi');
    const replies = repliesIn(room, agency);
    const lost = await replies.sends('Hello?');
    await replies.forgets();
    room.pass(minuteMs);
    const later = await replies.sends('Are you there?');
    const arrives = async () => {
      if (how === 'Meta said') return replies.answered(later, sentAs('n1'));
      await replies.answered(later, unclear);
      await replies.looked(later.messageId);
      expect(await replies.confirms(later.messageId, true)).toMatchObject({ ok: true });
    };
    if (order === 'before') await arrives();
    await replies.answered(lost, refused);
    expect(await agency.conversation()).toMatchObject({ unreachable: order === 'after' });
    if (order === 'after') await arrives();
    expect(await agency.conversation()).toMatchObject({ unreachable: false });
  }
});
