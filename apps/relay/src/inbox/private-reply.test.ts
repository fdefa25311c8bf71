import { because, dayMs, hourMs, minuteMs, placeAt } from '@transom/shared';
import { expect, it } from 'vitest';
import { eraseContact } from '../accounts/erase-contact.ts';
import { takeOut } from '../channels/all.ts';
import { inWork } from '../ledger/agency-work.ts';
import { failMessage } from '../outbound/failures.ts';
import { commented, echoed, noon, shop, wrote } from '../testing/events.ts';
import { type AgencyInRoom, openRelayRoom } from '../testing/relay-room.ts';
import { repliesIn, sentAs, unclear } from '../testing/replies.ts';

const code = async (answer: ReturnType<AgencyInRoom['perform']>) => {
  const given = await answer;
  return given.ok ? 'queued' : given.refusal.code;
};
const reply = (agency: AgencyInRoom, commentId: string, text = 'See your messages', who = agency.agent) =>
  code(agency.perform(who, { kind: 'comment.private_reply', commentId, text }));
const rightOf = async (agency: AgencyInRoom) => (await agency.conversation()).window.comment;

it('is possible once, for seven days from the comment, by either id of the comment', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(commented({ commentId: 'c1' }), commented({ commentId: 'c2', sentAt: noon + 1 }));
  expect(await agency.conversation()).toMatchObject({
    window: { openedAt: null },
    source: { kind: 'comment', commentId: 'c1' },
    state: 'needs_answer',
  });
  room.pass(7 * dayMs - 1);
  const c1 = (await agency.messages()).find(({ nativeMessageId }) => nativeMessageId === 'c1')!;
  expect(await reply(agency, c1.id)).toBe('queued');
  expect(await reply(agency, 'c1')).toBe('private_reply_used');
  room.pass(2);
  expect(await reply(agency, 'c2')).toBe('window_closed');
  expect(await reply(agency, 'c9')).toBe('not_found');
  expect((await agency.messages()).filter(({ kind }) => kind === 'private_reply')).toMatchObject([
    { state: 'queued', replyTo: 'c1' },
  ]);
});

it('does not open the window for direct messages', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(commented({ commentId: 'c1' }));
  expect(await reply(agency, 'c1')).toBe('queued');
  const { id } = await agency.conversation();
  expect(await code(agency.perform(agency.agent, { kind: 'reply.send', conversationId: id, text: 'and' }))).toBe(
    'not_started_by_contact',
  );
});

it('shows the newest comment that can still get one, whichever was answered', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  room.pass(minuteMs);
  await agency.hears(...[1, 2, 3].map((n) => commented({ commentId: `c${n}`, sentAt: noon + n })));
  expect(await rightOf(agency)).toMatchObject({ at: noon + 3, privateReplyUsedAt: null });
  expect(await reply(agency, 'c1')).toBe('queued');
  expect(await rightOf(agency)).toMatchObject({ at: noon + 3, privateReplyUsedAt: null });
  expect(await reply(agency, 'c3')).toBe('queued');
  expect(await rightOf(agency)).toMatchObject({ at: noon + 2, privateReplyUsedAt: null });
  expect(await reply(agency, 'c2')).toBe('queued');
  expect(await rightOf(agency)).toMatchObject({ at: noon + 3, privateReplyUsedAt: room.clock() });
});

it('changes nothing when it is refused', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(commented({ commentId: 'c1' }), commented({ commentId: 'c2', sentAt: noon + 1 }));
  const before = { conversation: await agency.conversation(), changes: await agency.count('changes') };
  expect(await reply(agency, 'c1', 'x', agency.viewer)).toBe('forbidden');
  expect(await reply(agency, 'c1', '')).toBe('text_empty');
  expect(await reply(agency, 'c1', '😀'.repeat(251))).toBe('text_too_long');
  expect({ conversation: await agency.conversation(), changes: await agency.count('changes') }).toEqual(before);
});

it.each([
  ['invalid', 'queued', 1],
  ['private_reply_used', 'private_reply_used', 2],
] as const)('after a failure (%s), asking again is %s', async (failure, expected, open) => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(commented({ commentId: 'c1' }), commented({ commentId: 'c2', sentAt: noon + 1 }));
  room.pass(hourMs);
  expect(await reply(agency, 'c2')).toBe('queued');
  expect(await reply(agency, 'c1')).toBe('queued');
  const failed = (await agency.messages()).find(({ replyTo }) => replyTo === 'c1')!;
  await inWork(agency.agency, room.clock, async (work) => {
    await failMessage(work, failed.id, because(failure));
  });
  const right = await rightOf(agency);
  expect(right?.privateReplyUsedAt === null ? 1 : 2).toBe(open);
  expect(await reply(agency, 'c2')).toBe('private_reply_used');
  expect(await reply(agency, 'c1')).toBe(expected);
});

it('is answered in public by the business’s own comment under it', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(commented({ commentId: 'c1' }));
  expect((await agency.conversation()).handoff).toMatchObject({ state: 'open' });
  const own = { own: true, contact: { senderId: shop, name: null, username: 'shop' }, text: 'We wrote to you' };
  await agency.hears(
    commented({ ...own, commentId: 'c2', parentId: 'c1', sentAt: noon + 1 }),
    commented({ ...own, commentId: 'c3', parentId: null }),
  );
  expect(await agency.conversation()).toMatchObject({
    state: 'answered',
    handoff: null,
    firstAnsweredAt: noon + 1,
    lastMessage: { direction: 'outbound' },
  });
  // Under nobody's comment it answers nobody, and the business is never its own contact.
  expect(await agency.count('messages')).toBe(2);
  expect(await agency.count('contacts')).toBe(1);
  expect(await reply(agency, 'c1')).toBe('queued');
});

it('is possible if the channel does not say who commented', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency({ channel: 'facebook' });
  await agency.hears(commented({ commentId: 'c1', contact: null }), commented({ commentId: 'c2', contact: null }));
  expect(await agency.count('conversations')).toBe(2);
  expect(await reply(agency, 'c1')).toBe('queued');
});

it('is shown as on its way until it arrives or fails, and nobody loses their place meanwhile', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(commented({ commentId: 'c1' }));
  const before = await agency.conversation();
  const place = async () =>
    placeAt(await agency.conversation(), room.clock(), { channel: 'instagram', humanAgentApproved: false });
  const standing = await place();
  const replies = repliesIn(room, agency);
  const queued = { kind: 'comment.private_reply', commentId: 'c1', text: 'Hi' } as const;
  const messageId = await replies.asks(queued);
  const onItsWay = { privateReplyUsedAt: room.clock(), isReplyOnItsWay: true };
  expect(await rightOf(agency)).toEqual({ ...before.window.comment, ...onItsWay });
  expect(await place()).toEqual(standing);
  expect(await reply(agency, 'c1')).toBe('private_reply_used');

  const attempt = await replies.leaves(messageId);
  expect(await rightOf(agency)).toMatchObject(onItsWay);
  await replies.answered(attempt, unclear);
  expect(await rightOf(agency)).toMatchObject(onItsWay);
  expect(await place()).toEqual(standing);
  await replies.looked(messageId);
  await replies.confirms(messageId, false);
  expect((await agency.conversation()).window).toEqual(before.window);
  expect(await place()).toEqual(standing);

  const again = await replies.leaves(await replies.asks({ ...queued, text: 'Again' }));
  await replies.answered(again, sentAs('n1', null));
  expect(await rightOf(agency)).toEqual({ ...before.window.comment, privateReplyUsedAt: room.clock() });
  expect(await place()).toMatchObject({ lane: 'waiting' });
  expect(await agency.conversation()).toMatchObject({ state: 'answered' });
});

it('is on its way again if what seemed to prove its arrival belongs to another message', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(wrote(), commented({ commentId: 'c1', sentAt: noon + 1 }));
  const replies = repliesIn(room, agency);
  const first = await replies.repliesTo('c1', 'Yes');
  await replies.answered(first, unclear);
  const second = await replies.sends('Yes');
  await agency.hears(echoed({ nativeMessageId: 'n2', text: 'Yes' }));
  expect((await rightOf(agency))?.isReplyOnItsWay).toBeUndefined();
  await replies.answered(second, sentAs('n2'));
  expect(await agency.message(first.messageId)).toMatchObject({ state: 'unconfirmed' });
  expect((await rightOf(agency))?.isReplyOnItsWay).toBe(true);
});

/** A post that belongs to two accounts: its comment is in two threads, and Meta allows one reply. */
async function openSharedPost() {
  const room = await openRelayRoom();
  const agency = await room.addAgency();
  const other = await agency.addAccount({ nativeId: '17841400000000002', token: 't2' });
  await agency.hears(commented({ commentId: 'c1' }));
  room.pass(1);
  await agency.hearsOn(other, commented({ commentId: 'c1', accountNativeId: '17841400000000002' }));
  const threads = await agency.threads();
  const rights = async () => {
    const all = await agency.threads();
    const told = (await agency.changes()).filter(({ entity }) => entity === 'conversation');
    return threads.map(({ id }) => {
      const { comment } = all.find((one) => one.id === id)!.window;
      const heard = JSON.parse(
        told.findLast(({ entity_id }) => entity_id === id)?.body ?? 'null',
      ) as (typeof all)[number];
      expect(heard.window.comment).toEqual(comment);
      return comment?.privateReplyUsedAt === null ? 'free' : comment?.isReplyOnItsWay === true ? 'on its way' : 'used';
    });
  };
  return { room, agency, replies: repliesIn(room, agency), rights, [Symbol.asyncDispose]: room[Symbol.asyncDispose] };
}
type SharedPost = Awaited<ReturnType<typeof openSharedPost>>;
const rightsRestored = ['free', 'free'];

it.each<[string, (it: SharedPost, messageId: string) => Promise<unknown>, string[]]>([
  ['is sent', async ({ replies }, id) => replies.answered(await replies.leaves(id), sentAs('n1')), ['used', 'used']],
  [
    'fails',
    async ({ replies }, id) =>
      replies.answered(await replies.leaves(id), { kind: 'refused', why: because('invalid'), platformCode: '1' }),
    rightsRestored,
  ],
  [
    'is taken back',
    ({ agency }, messageId) => agency.perform(agency.agent, { kind: 'reply.withdraw', messageId }),
    rightsRestored,
  ],
  [
    'is not found by a person',
    async ({ replies }, id) => {
      await replies.answered(await replies.leaves(id), unclear);
      await replies.looked(id);
      await replies.confirms(id, false);
    },
    rightsRestored,
  ],
])(
  'shows the same in both threads of a post that belongs to two accounts when it %s',
  async (_what, action, expected) => {
    await using it = await openSharedPost();
    expect(await it.rights()).toEqual(['free', 'free']);
    const id = await it.replies.asks({ kind: 'comment.private_reply', commentId: 'c1', text: 'Hi' });
    expect(await it.rights()).toEqual(['on its way', 'on its way']);
    await action(it, id);
    expect(await it.rights()).toEqual(expected);
  },
);

it('restores the right in the other thread of a post that belongs to two accounts when the contact is erased', async () => {
  await using it = await openSharedPost();
  const { room, agency } = it;
  const messageId = await it.replies.asks({ kind: 'comment.private_reply', commentId: 'c1', text: 'Hi' });
  const { conversationId } = (await agency.message(messageId))!;
  const { contact } = (await agency.readConversation(conversationId))!;
  await eraseContact({ store: room.store, takeOut }, agency.id, contact.id, 'operator', room.clock());
  const [other] = (await agency.threads()).filter(({ id }) => id !== conversationId);
  expect(other?.window.comment).toMatchObject({ privateReplyUsedAt: null });
  expect((await agency.changes()).findLast(({ entity_id }) => entity_id === other?.id)?.body).toContain(
    '"privateReplyUsedAt":null',
  );
});

it('is on its way again in both threads if what seemed to prove its arrival belongs to another message', async () => {
  await using it = await openSharedPost();
  const { agency, replies } = it;
  const first = await replies.repliesTo('c1', 'Yes');
  await replies.answered(first, unclear);
  await agency.hears(wrote());
  const second = await replies.sends('Yes', first.conversationId);
  await agency.hears(echoed({ nativeMessageId: 'n2', text: 'Yes' }));
  expect(await it.rights()).toEqual(['used', 'used']);
  await replies.answered(second, sentAs('n2'));
  expect(await it.rights()).toEqual(['on its way', 'on its way']);
});
