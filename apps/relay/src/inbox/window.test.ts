import { hourMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { buyer, commented, echoed, entered, nextNativeId, noon, reacted, read, wrote } from '../testing/events.ts';
import { openRelayRoom } from '../testing/relay-room.ts';

const later = noon + hourMs;

it.each([
  ['a message', wrote({ sentAt: later })],
  [
    'an attachment',
    wrote({
      sentAt: later,
      messageKind: 'attachment',
      text: null,
      attachments: [{ type: 'image', url: null, title: null }],
    }),
  ],
  ['a story reply', wrote({ sentAt: later, messageKind: 'story_reply' })],
  ['a tap', wrote({ sentAt: later, messageKind: 'postback' })],
  ['something Meta does not show', wrote({ sentAt: later, messageKind: 'unsupported', text: null })],
  ['a reaction', reacted('m1', '❤️', later)],
  ['a reaction to a message that we never saw', reacted('m0', '❤️', later)],
  ['a link into the thread', entered(later)],
])('is opened for 24 hours by %s', async (_what, opener) => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(wrote({ nativeMessageId: 'm1' }));
  room.pass(2 * hourMs);
  await agency.hears(opener);
  const { window } = await agency.conversation();
  expect(window).toMatchObject({ openedAt: later, byAd: false });
  // The message that opened the window exists.
  expect(await agency.message(window.openedBy!)).not.toBeNull();
});

it.each([
  ['an echo', echoed({ sentAt: later })],
  ['a comment', commented({ sentAt: later })],
  ['a reaction taken back', reacted('m1', null, later)],
  ['reading', read({ nativeMessageId: 'm1' })],
])('is not opened by %s', async (_what, event) => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(wrote({ nativeMessageId: 'm1' }));
  const { openedAt, openedBy } = (await agency.conversation()).window;
  room.pass(2 * hourMs);
  await agency.hears(event);
  expect((await agency.conversation()).window).toMatchObject({ openedAt, openedBy });
});

it('knows who came from an ad, and forgets it when they write again unprompted', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(wrote({ source: { kind: 'ad', postId: 'p', commentId: null, adTitle: 'Lagoon' } }));
  expect(await agency.conversation()).toMatchObject({
    window: { openedAt: noon, byAd: true },
    source: { kind: 'ad', adTitle: 'Lagoon' },
  });
  room.pass(hourMs);
  await agency.hears(entered(noon + 1, true));
  expect((await agency.conversation()).window).toMatchObject({ openedAt: noon + 1, byAd: true });
  await agency.buyerWrites('And the price?');
  expect((await agency.conversation()).window).toMatchObject({ openedAt: later, byAd: false });
});

it('is neither lengthened nor shortened by late events', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.buyerWrites('newest');
  const { window } = await agency.conversation();
  room.pass(5 * hourMs);
  await agency.hears(wrote({ sentAt: noon - hourMs }), entered(noon - 1), reacted('m1', '❤️', noon - 2));
  expect((await agency.conversation()).window).toEqual(window);
});

it('never counts from a moment in the future', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(wrote({ sentAt: noon + 5 * hourMs }));
  expect((await agency.conversation()).window.openedAt).toBe(noon);
  await agency.hears(commented({ sentAt: noon + 5 * hourMs }));
  expect((await agency.conversation()).window.comment?.at).toBe(noon);
});

it('stays shut for a contact known only from an echo', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(echoed());
  const conversation = await agency.conversation();
  expect(conversation).toMatchObject({
    state: 'answered',
    window: { openedAt: null, comment: null },
    lead: null,
    handoff: null,
  });
  const answer = await agency.perform(agency.agent, {
    kind: 'reply.send',
    conversationId: conversation.id,
    text: 'Buy!',
  });
  expect(answer).toMatchObject({ ok: false, refusal: { code: 'not_started_by_contact' } });
  await agency.hears(entered(noon));
  expect((await agency.conversation()).window.openedAt).toBe(noon);
});

it('stores with a message the state of the window when it came', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(
    wrote({ nativeMessageId: nextNativeId(), contact: { senderId: buyer, name: null, username: null } }),
  );
  const [row] = await agency.rows<{ metadata: string }>(`select metadata from messages where agency_id = :agency`);
  expect(JSON.parse(row!.metadata)).toMatchObject({ window: { kind: 'standard', expiresAt: noon + 24 * hourMs } });
});
