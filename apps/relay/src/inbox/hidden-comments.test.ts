import { because, hourMs, minuteMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { commentChanged, commented, noon, wrote } from '../testing/events.ts';
import { type AgencyInRoom, openRelayRoom } from '../testing/relay-room.ts';
import { repliesIn } from '../testing/replies.ts';

const privateReply = (agency: AgencyInRoom, commentId = 'c1') =>
  agency.perform(agency.agent, { kind: 'comment.private_reply', commentId, text: 'Hello' });
const removed = commentChanged({ commentId: 'c1', change: 'removed', at: noon + 2 });
const hidden = commentChanged({ commentId: 'c1', change: 'hidden', at: noon + 2 });
const shown = commentChanged({ commentId: 'c1', change: 'shown', at: noon + 3 });
const comment = commented({ commentId: 'c1', sentAt: noon });

it.each([
  ['removed', [comment, removed]],
  ['removed before we heard of it', [removed, comment]],
  ['hidden', [comment, hidden]],
  ['hidden before we heard of it', [hidden, comment]],
])('needs no answer and allows no private reply after it was %s', async (_how, events) => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency({ channel: 'facebook' });
  await agency.hears(...events);
  expect(await agency.conversation()).toMatchObject({
    state: 'answered',
    unansweredSinceAt: null,
    handoff: null,
    window: { comment: null },
  });
  expect(await privateReply(agency)).toMatchObject({ refusal: { code: 'not_found' } });
});

it('leaves the rest of the thread waiting', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency({ channel: 'facebook' });
  room.pass(minuteMs);
  await agency.hears(comment, commented({ commentId: 'c2', sentAt: noon + 1 }), wrote({ sentAt: noon + 2 }));
  await agency.hears(removed);
  expect(await agency.conversation()).toMatchObject({
    state: 'needs_answer',
    unansweredSinceAt: noon + 1,
    handoff: { state: 'open' },
    window: { comment: { at: noon + 1, privateReplyUsedAt: null } },
  });
  await agency.hears(commentChanged({ commentId: 'c2', change: 'hidden', at: noon + 3 }));
  expect(await agency.conversation()).toMatchObject({ unansweredSinceAt: noon + 2, window: { comment: null } });
});

it('is marked as hidden, makes nothing new, and is as before when it is shown again', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency({ channel: 'facebook' });
  await agency.hears(comment);
  const { id: conversationId } = await agency.conversation();
  await agency.perform(agency.agent, { kind: 'handoff.claim', conversationId });
  const before = { conversation: await agency.conversation(), messages: await agency.messages() };
  expect(before.conversation.handoff).toMatchObject({ state: 'claimed', claimedBy: { name: 'Arne' } });

  await agency.hears(hidden, hidden);
  expect(await agency.messages()).toMatchObject([{ text: 'Price?', hiddenAt: noon + 2, unsentAt: null }]);
  await agency.hears(shown, shown, hidden);
  expect({ conversation: await agency.conversation(), messages: await agency.messages() }).toEqual(before);
  expect(await privateReply(agency)).toMatchObject({ ok: true });
});

it.each([
  [
    'closed by a person',
    'done',
    async (agency: AgencyInRoom, conversationId: string) => {
      await agency.perform(agency.agent, { kind: 'handoff.resolve', conversationId });
    },
  ],
  ['removed', 'answered', async (agency: AgencyInRoom) => agency.hears(removed)],
])('does not wait again when it is shown after it was %s', async (_what, state, meanwhile) => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency({ channel: 'facebook' });
  await agency.hears(comment, hidden);
  await meanwhile(agency, (await agency.conversation()).id);
  await agency.hears(shown);
  expect(await agency.conversation()).toMatchObject({ state, handoff: null, unansweredSinceAt: null });
});

it('does not send a queued private reply if its comment is removed meanwhile', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency({ channel: 'facebook' });
  await agency.hears(comment);
  const replies = repliesIn(room, agency);
  const id = await replies.asks({ kind: 'comment.private_reply', commentId: 'c1', text: 'Hello' });
  await agency.hears(removed);
  await expect(replies.leaves(id)).rejects.toThrow('did not leave');
  expect(await agency.message(id)).toMatchObject({
    state: 'failed',
    text: 'Hello',
    failure: because('not_found.comment_gone'),
  });
});

it('allows one private reply to a comment that is in two threads of the agency', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency({ channel: 'facebook' });
  const other = await agency.addAccount({ nativeId: 'other page', token: 'token' });
  await agency.hears(comment);
  room.pass(hourMs);
  await agency.hearsOn(other, comment);
  expect(await agency.count('conversations')).toBe(2);
  const inOther = (await agency.messages()).find(({ receivedAt }) => receivedAt === noon + hourMs)!;
  expect(await privateReply(agency, inOther.id)).toMatchObject({ ok: true });
  expect(await privateReply(agency)).toMatchObject({ refusal: { code: 'private_reply_used' } });
});
