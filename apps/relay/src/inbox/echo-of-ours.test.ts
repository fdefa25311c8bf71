import { because, dayMs, minuteMs, secondMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { commented, echoed, edited, noon, reacted, unsent, wrote } from '../testing/events.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { repliesIn, sentAs, unclear } from '../testing/replies.ts';

async function scene(about: { channel?: 'instagram' | 'facebook' } = {}) {
  const room = await openRelayRoom();
  const agency = await room.addAgency(about);
  return { room, agency, ...repliesIn(room, agency), [Symbol.asyncDispose]: () => room[Symbol.asyncDispose]() };
}
type Scene = Awaited<ReturnType<typeof scene>>;
const outbound = async ({ agency }: Scene) =>
  (await agency.messages()).filter(({ direction }) => direction === 'outbound');
const person = { senderId: 'psid-1', name: null, username: null };

/** A reply that may or may not have arrived. */
async function unconfirmed(it: Scene, text: string): Promise<string> {
  const attempt = await it.sends(text);
  await it.answered(attempt, unclear);
  return attempt.messageId;
}

it.each([
  ['later than an echo ever comes', 11 * minuteMs],
  ['days later', 6 * dayMs],
])('treats the same words, written on the phone %s, as a new answer', async (_when, laterMs) => {
  await using it = await scene();
  await it.agency.buyerWrites('Can you come on Friday?');
  const lost = await unconfirmed(it, 'Yes');
  it.room.pass(laterMs);
  await it.agency.hears(wrote({ text: 'And is delivery free?', sentAt: it.room.clock() - secondMs }));
  await it.agency.hears(echoed({ nativeMessageId: 'phone', text: 'Yes', sentAt: it.room.clock() }));
  expect(await it.agency.message(lost)).toMatchObject({ state: 'unconfirmed', nativeMessageId: null });
  expect(await it.agency.conversation()).toMatchObject({ state: 'answered', unansweredSinceAt: null });
  expect(await it.agency.count('messages')).toBe(4);
});

it('does so even after a person said that the reply had arrived', async () => {
  await using it = await scene();
  await it.agency.buyerWrites('Can you come on Friday?');
  const vouched = await unconfirmed(it, 'Yes');
  expect(await it.confirms(vouched, true)).toMatchObject({ ok: true });
  it.room.pass(3 * dayMs);
  await it.agency.hears(wrote({ text: 'And is delivery free?', sentAt: it.room.clock() }));
  it.room.pass(minuteMs);
  await it.agency.hears(echoed({ nativeMessageId: 'phone', text: 'Yes', sentAt: it.room.clock() }));
  expect(await it.agency.message(vouched)).toMatchObject({ state: 'sent', nativeMessageId: null });
  expect(await it.agency.conversation()).toMatchObject({ state: 'answered' });
  expect(await it.agency.count('messages')).toBe(4);
});

it.each([
  ['at once', 0],
  ['by a Meta clock that is behind', -30 * secondMs],
  ['minutes later', 9 * minuteMs],
])('accepts an echo dated %s as proof, whenever it comes', async (_when, laterMs) => {
  await using it = await scene();
  await it.agency.buyerWrites('Hi');
  it.room.pass(minuteMs);
  const lost = await unconfirmed(it, 'Yes');
  const sentAt = it.room.clock() + laterMs;
  it.room.pass(dayMs);
  await it.agency.hears(echoed({ nativeMessageId: 'e1', text: 'Yes', sentAt }));
  expect(await outbound(it)).toMatchObject([{ id: lost, state: 'sent', nativeMessageId: 'e1', failure: null }]);
});

it('recognizes its words in the forms that Meta may return', async () => {
  await using it = await scene();
  await it.agency.buyerWrites('Hi');
  const lost = await unconfirmed(it, ' Cafe\u0301 at 7\r\nsee you \u2764\ufe0f ');
  await it.agency.hears(echoed({ nativeMessageId: 'e1', text: 'Caf\u00e9 at 7\nsee you \u2764' }));
  expect(await outbound(it)).toMatchObject([{ id: lost, state: 'sent', nativeMessageId: 'e1' }]);
});

it('matches each of two sends of the same words with the nearer echo', async () => {
  await using it = await scene();
  await it.agency.buyerWrites('Hi');
  const first = await unconfirmed(it, 'Ok!');
  it.room.pass(20 * secondMs);
  const second = await it.sends('Ok!');
  await it.agency.hears(echoed({ nativeMessageId: 'of second', text: 'Ok!', sentAt: it.room.clock() + 1 }));
  await it.agency.hears(echoed({ nativeMessageId: 'of first', text: 'Ok!', sentAt: noon + 1 }));
  await it.answered(second, sentAs('of second'));
  expect(await it.agency.message(first)).toMatchObject({ state: 'sent', nativeMessageId: 'of first' });
  expect(await it.agency.message(second.messageId)).toMatchObject({ state: 'sent', nativeMessageId: 'of second' });
  expect(await outbound(it)).toHaveLength(2);
});

it('keeps a person’s reply even if its id proves to belong to another one', async () => {
  await using it = await scene();
  await it.agency.buyerWrites('Hi');
  const first = await unconfirmed(it, 'Ok!');
  it.room.pass(20 * secondMs);
  const second = await it.sends('Ok!');
  // Dated so early that it looks like the first one's.
  await it.agency.hears(echoed({ nativeMessageId: 'e1', text: 'Ok!', sentAt: noon + 2 * secondMs }));
  expect(await it.agency.message(first)).toMatchObject({ state: 'sent', nativeMessageId: 'e1' });
  await it.answered(second, sentAs('e1'));
  expect(await it.agency.message(second.messageId)).toMatchObject({ state: 'sent', nativeMessageId: 'e1' });
  // The first is in doubt again, and will be looked up.
  expect(await it.agency.message(first)).toMatchObject({ state: 'unconfirmed', nativeMessageId: null });
});

it('keeps the other message if an echo was matched to a reply that proves to have another id', async () => {
  await using it = await scene();
  await it.agency.buyerWrites('Hi');
  const reply = await it.sends('Ok!');
  // A colleague typed the same on the phone in the same moment.
  await it.agency.hears(echoed({ nativeMessageId: 'phone', text: 'Ok!' }));
  await it.answered(reply, sentAs('ours'));
  expect(
    (await outbound(it))
      .map(({ id, nativeMessageId, origin }) => [id === reply.messageId, nativeMessageId, origin])
      .toSorted(),
  ).toEqual([
    [false, 'phone', 'elsewhere'],
    [true, 'ours', 'desk'],
  ]);
});

it.each(['instagram', 'facebook'] as const)(
  'on %s, settles a private reply that a person called lost, and shows its right as used',
  async (channel) => {
    await using it = await scene({ channel });
    await it.agency.hears(commented({ commentId: 'c1' }));
    const reply = await it.repliesTo('c1', 'See your messages');
    await it.answered(reply, unclear);
    await it.looked(reply.messageId);
    expect(await it.confirms(reply.messageId, false)).toMatchObject({ ok: true });
    expect((await it.agency.conversation()).window.comment).toMatchObject({ privateReplyUsedAt: null });
    const clientReference = channel === 'facebook' ? reply.messageId : null;
    await it.agency.hears(echoed({ nativeMessageId: 'e1', text: 'See your messages', clientReference }));
    expect(await outbound(it)).toMatchObject([{ id: reply.messageId, state: 'sent', kind: 'private_reply' }]);
    expect((await it.agency.conversation()).window.comment).toMatchObject({ privateReplyUsedAt: expect.any(Number) });
    expect(
      await it.agency.perform(it.agency.agent, { kind: 'comment.private_reply', commentId: 'c1', text: 'Again' }),
    ).toMatchObject({ refusal: { code: 'private_reply_used' } });
  },
);

it('settles a reply that Meta refused after sending it', async () => {
  await using it = await scene();
  await it.agency.buyerWrites('Hi');
  const reply = await it.sends('Yes');
  await it.answered(reply, { kind: 'refused', why: because('invalid'), platformCode: '1234' });
  expect(await it.agency.message(reply.messageId)).toMatchObject({ state: 'failed' });
  await it.agency.hears(echoed({ nativeMessageId: 'e1', text: 'Yes', sentAt: it.room.clock() + 2 * secondMs }));
  expect(await outbound(it)).toMatchObject([{ id: reply.messageId, state: 'sent', failure: null }]);
  expect(await it.agency.conversation()).toMatchObject({ state: 'answered' });
});

it('lets nobody call a reply lost before it was looked up once', async () => {
  await using it = await scene();
  await it.agency.buyerWrites('Hi');
  const lost = await unconfirmed(it, 'Yes');
  expect(await it.confirms(lost, false)).toMatchObject({ refusal: { code: 'not_confirmable' } });
  await it.looked(lost);
  expect(await it.confirms(lost, false)).toMatchObject({ ok: true });
});

const private_ = 'Hello from us';
it.each([
  ['with our reference', true],
  ['without it', false],
])('makes one thread of a nameless comment if the echo comes before the answer, %s', async (_how, withReference) => {
  await using it = await scene({ channel: 'facebook' });
  await it.agency.hears(commented({ contact: null, commentId: 'c1' }));
  const { id } = await it.agency.conversation();
  const reply = await it.repliesTo('c1', private_);
  const clientReference = withReference ? reply.messageId : null;
  await it.agency.hears(echoed({ recipientId: 'psid-1', nativeMessageId: 'e1', text: private_, clientReference }));
  await it.answered(reply, sentAs('e1', 'psid-1'));
  it.room.pass(secondMs);
  await it.agency.hears(wrote({ contact: person, text: 'Thanks, how much?', sentAt: it.room.clock() }));
  expect(await it.agency.conversation()).toMatchObject({
    id,
    state: 'needs_answer',
    lastMessage: { preview: 'Thanks, how much?' },
    window: { openedAt: it.room.clock() },
  });
  expect((await it.agency.messages()).map(({ text }) => text)).toEqual(['Price?', private_, 'Thanks, how much?']);
  expect(await it.agency.count('contacts')).toBe(1);
  await nothingDangles(it);
});

it('merges a nameless comment with its author’s earlier thread, and loses nothing of either', async () => {
  await using it = await scene({ channel: 'facebook' });
  await it.agency.hears(wrote({ contact: { ...person, name: 'Maya' }, text: 'Do you deliver?' }));
  const { id } = await it.agency.conversation();
  await it.agency.hears(commented({ contact: null, commentId: 'c1', sentAt: noon + 1 }));
  it.room.pass(10);
  const reply = await it.repliesTo('c1', private_);
  await it.agency.hears(
    echoed({ recipientId: 'psid-1', nativeMessageId: 'e1', text: private_, sentAt: it.room.clock() }),
  );
  await it.answered(reply, sentAs('e1', 'psid-1'));
  expect(await it.agency.conversation()).toMatchObject({
    id,
    contact: { name: 'Maya' },
    lastMessage: { id: reply.messageId },
    window: { openedAt: noon, comment: { privateReplyUsedAt: noon + 10 } },
    lead: { topics: expect.arrayContaining(['pricing']) },
    handoff: null,
  });
  expect((await it.agency.messages()).map(({ text }) => text)).toEqual(['Do you deliver?', 'Price?', private_]);
  expect([await it.agency.count('leads'), await it.agency.count('contacts')]).toEqual([1, 1]);
  await nothingDangles(it);
  // Desks are told that the other thread is gone.
  expect((await it.agency.changes()).some(({ entity, body }) => entity === 'conversation' && body === null)).toBe(true);
});

async function nothingDangles({ agency }: Scene): Promise<void> {
  expect(
    await agency.rows(
      `select c.id from conversations c where c.agency_id = :agency and c.last_message_id is not null and not exists (
         select 1 from messages m where m.agency_id = c.agency_id and m.conversation_id = c.id and m.id = c.last_message_id)`,
    ),
  ).toEqual([]);
  expect(
    await agency.rows(
      `select m.id from messages m where m.agency_id = :agency and not exists (
         select 1 from conversations c where c.agency_id = m.agency_id and c.id = m.conversation_id)`,
    ),
  ).toEqual([]);
}

it('keeps what happened to an echo before it proved to be ours', async () => {
  await using it = await scene();
  await it.agency.buyerWrites('Hi');
  const reply = await it.sends('As agreed');
  // Meta shortened the words, so nobody can know yet that they are ours.
  await it.agency.hears(echoed({ nativeMessageId: 'e1', text: 'As agr\u2026' }), reacted('e1', '\u{1f44d}'));
  await it.agency.hears(edited('e1', 'As agreed on Monday', noon + 3));
  await it.answered(reply, sentAs('e1'));
  expect(await outbound(it)).toMatchObject([
    { id: reply.messageId, text: 'As agreed on Monday', reaction: '\u{1f44d}' },
  ]);
  await nothingDangles(it);
});

it('does not bring back what was taken back before the echo came', async () => {
  await using it = await scene();
  await it.agency.buyerWrites('Hi');
  await it.agency.hears(unsent('e1', noon + 5), echoed({ nativeMessageId: 'e1', text: 'SECRET', sentAt: noon + 1 }));
  const reply = await it.sends('SECRET of ours');
  await it.agency.hears(unsent('e2', noon + 6));
  await it.answered(reply, sentAs('e2'));
  const late = await it.sends('SECRET, too');
  await it.agency.hears(unsent('e3', noon + 7), edited('e3', 'SECRET as well', noon + 8));
  await it.agency.hears(echoed({ nativeMessageId: 'e3', text: 'SECRET, too' }));
  await it.answered(late, sentAs('e3'));
  expect((await outbound(it)).map(({ text, unsentAt }) => [text, unsentAt])).toEqual([
    [null, noon + 6],
    [null, noon + 7],
    [null, noon + 5],
  ]);
  expect(JSON.stringify([await it.agency.changes(), await it.agency.threads()])).not.toContain('SECRET');
});

it('shows nothing when the business takes back a message that we never saw', async () => {
  await using it = await scene();
  await it.agency.buyerWrites('Hi');
  const before = [await it.agency.conversation(), await it.agency.messages(), await it.agency.count('changes')];
  await it.agency.hears(unsent('never seen'));
  expect([await it.agency.conversation(), await it.agency.messages(), await it.agency.count('changes')]).toEqual(
    before,
  );
});
