import { hourMs } from '@transom/shared';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  commentChanged,
  commented,
  delivered,
  echoed,
  edited,
  entered,
  type Handled,
  noon,
  reacted,
  read,
  shop,
  unsent,
  wrote,
} from '../testing/events.ts';
import { type AgencyInRoom, openRelayRoom } from '../testing/relay-room.ts';

/**
 * Meta delivers several times and in any order. Not compared, because they do depend on the order and nothing promises otherwise: where a
 * thread began (the first event that arrived), and which of two messages of the same millisecond is the newest.
 */
const at = (n: number) => noon - hourMs + n * 1_000;
const own = { own: true, contact: { senderId: shop, name: null, username: 'shop' } };
const story: Handled[] = [
  wrote({ nativeMessageId: 'm1', sentAt: at(1), text: 'How much is the barrel?' }),
  echoed({ nativeMessageId: 'e2', sentAt: at(2) }),
  wrote({
    nativeMessageId: 'm3',
    sentAt: at(3),
    text: 'And delivery?',
    source: { kind: 'ad', postId: 'p', commentId: null, adTitle: 'Ad' },
  }),
  commented({ commentId: 'c4', sentAt: at(4) }),
  wrote({ nativeMessageId: 'm5', sentAt: at(5), text: 'SECRET' }),
  unsent('m5', at(6)),
  commented({ commentId: 'c7', sentAt: at(7), text: 'SECRET' }),
  commentChanged({ commentId: 'c7', change: 'removed', at: at(8) }),
  echoed({ nativeMessageId: 'e9', sentAt: at(9), text: 'Yes' }),
  wrote({ nativeMessageId: 'm10', sentAt: at(10), text: 'Can I book a visit?' }),
  edited('m3', 'And the delivery?', at(11)),
  edited('m3', 'And delivery to Bergen?', at(12)),
  edited('m5', 'SECRET, and more', at(6)),
  reacted('e2', '❤️', at(13)),
  reacted('e2', null, at(14)),
  reacted('m1', '👍', at(14)),
  reacted('m-unknown', '👍', at(15)),
  entered(at(16)),
  commented({ commentId: 'c17', parentId: 'c4', sentAt: at(9), ...own }),
  commentChanged({ commentId: 'c4', change: 'edited', text: 'What is the price?', at: at(18) }),
  commented({ commentId: 'c19', sentAt: at(19), text: 'Is it in stock?' }),
  commentChanged({ commentId: 'c19', change: 'hidden', at: at(20) }),
  commentChanged({ commentId: 'c19', change: 'shown', at: at(21) }),
  commented({ commentId: 'c22', sentAt: at(22), text: 'Hello?' }),
  commentChanged({ commentId: 'c22', change: 'shown', at: at(23) }),
  commentChanged({ commentId: 'c22', change: 'hidden', at: at(24) }),
  echoed({ nativeMessageId: 'e25', sentAt: at(9) + 1, text: 'SECRET of ours' }),
  unsent('e25', at(26)),
  delivered(at(8)),
  read({ nativeMessageId: 'e2' }),
];

const shuffledTwice = (events: readonly Handled[]) =>
  fc
    .tuple(fc.shuffledSubarray([...events], { minLength: events.length }), fc.shuffledSubarray([...events]))
    .map(([all, again]) => ({ all, again }));
const deliveries = fc
  .tuple(shuffledTwice(story), fc.array(fc.nat(), { minLength: 20, maxLength: 20 }))
  .map(([{ all, again }, places]) => {
    const order = [...all];
    // Repetitions come anywhere after the event that they repeat.
    again.forEach((event, index) => {
      const from = order.indexOf(event) + 1;
      order.splice(from + (places[index % places.length]! % (order.length - from + 1)), 0, event);
    });
    return order;
  });

async function outcome(agency: AgencyInRoom) {
  const { id: _id, source: _source, contact, lead, lastMessage, window, ...conversation } = await agency.conversation();
  const messages = await agency.messages();
  const nativeId = (id: string | undefined) => messages.find((message) => message.id === id)?.nativeMessageId;
  return {
    ...conversation,
    names: [contact.name, contact.username, contact.profileUrl],
    topics: lead?.topics,
    last: nativeId(lastMessage?.id),
    window: {
      openedAt: window.openedAt,
      byAd: window.byAd,
      comment: nativeId(window.comment?.messageId),
      commentAt: window.comment?.at,
    },
    handoff: conversation.handoff?.state,
    messages: messages
      .map(({ id: _messageId, conversationId: _conversationId, ...message }) => message)
      .toSorted((a, b) => (a.nativeMessageId! < b.nativeMessageId! ? -1 : 1)),
    counts: [await agency.count('leads'), await agency.count('contacts'), await agency.count('conversations')],
  };
}

it('ends in the same conversation, whatever the order and however often events come', {
  timeout: 120_000,
}, async () => {
  await using room = await openRelayRoom();
  const model = await room.addAgency({ nativeId: 'model' });
  await model.hears(...story);
  const expected = await outcome(model);
  expect(expected).toMatchObject({
    state: 'needs_answer',
    unansweredSinceAt: at(10),
    firstAnsweredAt: at(2),
    last: 'c22',
    window: { openedAt: at(16), byAd: false, comment: 'c19' },
    counts: [1, 1, 1],
  });
  expect(
    expected.messages.map(({ nativeMessageId, text, state, reaction, hiddenAt }) => [
      nativeMessageId,
      text,
      state,
      reaction,
      hiddenAt,
    ]),
  ).toEqual([
    ['c17', 'Price?', 'sent', null, null],
    ['c19', 'Is it in stock?', 'received', null, null],
    ['c22', 'Hello?', 'received', null, at(24)],
    ['c4', 'What is the price?', 'received', null, null],
    ['c7', null, 'received', null, null],
    ['e2', 'It is 4,900.', 'read', null, null],
    ['e25', null, 'sent', null, null],
    ['e9', 'Yes', 'sent', null, null],
    ['m1', 'How much is the barrel?', 'received', '👍', null],
    ['m10', 'Can I book a visit?', 'received', null, null],
    ['m3', 'And delivery to Bergen?', 'received', null, null],
    ['m5', null, 'received', null, null],
  ]);
  let n = 0;
  await fc.assert(
    fc.asyncProperty(deliveries, async (events) => {
      const agency = await room.addAgency({ nativeId: `shuffled ${(n += 1)}` });
      for (const event of events) await agency.hears(event);
      expect({ ...(await outcome(agency)), accountId: expected.accountId }).toEqual(expected);
      expect(JSON.stringify([await agency.changes(), await agency.trail()])).not.toContain('SECRET');
      // All that is left waiting is the reaction to a message that never came, and what keeps old hidings from coming back.
      expect(
        await agency.rows(`select native_id, kind from early_events where agency_id = :agency order by native_id`),
      ).toEqual([
        { native_id: 'c19', kind: 'shown' },
        { native_id: 'c22', kind: 'shown' },
        { native_id: 'm-unknown', kind: 'reaction' },
      ]);
    }),
    { numRuns: 60 },
  );
});
