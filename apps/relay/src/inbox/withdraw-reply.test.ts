import { because, newId } from '@transom/shared';
import { expect, it } from 'vitest';
import { startAttempts } from '../outbound/attempts.ts';
import { commented } from '../testing/events.ts';
import { openOutboundRoom } from '../testing/outbound-room.ts';
import { type AgencyInRoom, openRelayRoom } from '../testing/relay-room.ts';
import { repliesIn, sentAs, unclear } from '../testing/replies.ts';

async function openQueue() {
  const room = await openRelayRoom();
  const agency = await room.addAgency();
  const conversationId = await agency.buyerWrites('How much?');
  return {
    room,
    agency,
    conversationId,
    replies: repliesIn(room, agency),
    [Symbol.asyncDispose]: room[Symbol.asyncDispose],
  };
}
const withdraw = (agency: AgencyInRoom, messageId: string, who = agency.agent) =>
  agency.perform(who, { kind: 'reply.withdraw', messageId });
const refused = { ok: false, refusal: { code: 'not_withdrawable' } };

it('leaves none of its words in the thread or on any desk; its author keeps the claim', async () => {
  await using it = await openQueue();
  const { agency, replies } = it;
  const before = await agency.conversation();
  const messageId = await replies.queues('Secret price: 4,900.');
  expect(await withdraw(agency, messageId)).toEqual({ ok: true, messageId, state: null });
  expect(await agency.message(messageId)).toBeNull();
  const { lastMessage, lastMessageAt, state, handoff } = await agency.conversation();
  expect([before.handoff?.state, handoff]).toEqual([
    'open',
    expect.objectContaining({ state: 'claimed', claimedBy: { id: agency.agent.person.id, name: 'Arne' } }),
  ]);
  expect({ lastMessage, lastMessageAt, state }).toEqual({
    lastMessage: before.lastMessage,
    lastMessageAt: before.lastMessageAt,
    state: 'needs_answer',
  });
  const changes = await agency.changes();
  expect(changes.filter(({ entity_id }) => entity_id === messageId).map(({ body }) => body)).toEqual([null, null]);
  expect(changes.map(({ entity_id }) => entity_id)).toContain(it.conversationId);
  expect(JSON.stringify([changes, await agency.trail()])).not.toContain('4,900');
  expect((await agency.trail()).at(-1)).toMatchObject({
    action: 'reply.withdrawn',
    target: messageId,
    actor: agency.agent.person.id,
    detail: JSON.stringify({ conversationId: it.conversationId }),
  });
  expect(await startAttempts(agency.agency, it.room.clock(), 9)).toEqual([]);
  expect(await withdraw(agency, messageId)).toMatchObject(refused);
});

it('may be done by its author and by owners', async () => {
  await using it = await openQueue();
  const { agency, replies } = it;
  const colleague = { ...agency.agent, person: { ...agency.agent.person, id: newId() } };
  const messageId = await replies.queues('Yes');
  expect(await withdraw(agency, messageId, colleague)).toMatchObject({
    refusal: { reason: 'not_withdrawable.of_other', params: { author: 'Arne' } },
  });
  expect(await withdraw(agency, messageId, agency.viewer)).toMatchObject({ refusal: { code: 'forbidden' } });
  expect(await withdraw(agency, messageId, agency.owner)).toMatchObject({ ok: true });
});

it('is possible while it waits for another try, and at no other time', async () => {
  await using it = await openQueue();
  const { agency, replies } = it;
  const [buyers] = await agency.messages();
  expect(await withdraw(agency, buyers!.id)).toMatchObject(refused);
  expect(await withdraw(agency, newId())).toMatchObject(refused);

  const waiting = await replies.sends('waits');
  expect(await withdraw(agency, waiting.messageId)).toMatchObject(refused);
  await replies.answered(waiting, { kind: 'not_sent', why: because('not_sent') });
  expect(await withdraw(agency, waiting.messageId)).toMatchObject({ ok: true });

  const doubtful = await replies.sends('perhaps');
  await replies.answered(doubtful, unclear);
  expect(await withdraw(agency, doubtful.messageId)).toMatchObject(refused);
  await replies.answered(doubtful, sentAs('n1'));
  expect(await withdraw(agency, doubtful.messageId)).toMatchObject(refused);
});

it('restores the right to a private reply', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(commented({ commentId: 'c1' }));
  const { window } = await agency.conversation();
  const reply = { kind: 'comment.private_reply', commentId: 'c1', text: 'Hi' } as const;
  const messageId = await repliesIn(room, agency).asks(reply);
  expect((await agency.conversation()).window.comment).not.toEqual(window.comment);
  expect(await withdraw(agency, messageId)).toMatchObject({ ok: true });
  expect((await agency.conversation()).window).toEqual(window);
  expect(await agency.perform(agency.agent, reply)).toMatchObject({ ok: true });
});

it('forgets nobody who waits in a thread that was closed because of the reply', async () => {
  await using it = await openQueue();
  const { agency, conversationId } = it;
  const messageId = await it.replies.queues('Yes');
  await agency.perform(agency.agent, { kind: 'handoff.resolve', conversationId });
  await withdraw(agency, messageId);
  expect(await agency.conversation()).toMatchObject({ state: 'needs_answer', handoff: { state: 'claimed' } });
});

it.each(['withdrawal', 'sender'])(
  'is either sent or taken back, never both, even if both are tried at once; first the %s',
  async (first) => {
    await using it = await openQueue();
    const { agency, room } = it;
    for (let n = 0; n < 10; n += 1) {
      const messageId = await it.replies.queues(`${n}`);
      const racing = {
        withdrawal: () => withdraw(agency, messageId),
        sender: () => startAttempts(agency.agency, room.clock(), 9),
      };
      const withdrawing = first === 'withdrawal' ? racing.withdrawal() : null;
      const starting = racing.sender();
      const [answer, attempts] = await Promise.all([withdrawing ?? racing.withdrawal(), starting]);
      expect(attempts.map((attempt) => attempt.messageId)).toEqual(answer.ok ? [] : [messageId]);
      for (const attempt of attempts) await it.replies.answered(attempt, sentAs(newId()));
    }
  },
);

it('never reaches the buyer after it was taken back', async () => {
  await using room = await openOutboundRoom();
  const maya = await room.buyer('Maya');
  const kept: string[] = [];
  for (const text of ['one', 'two', 'three', 'four']) {
    const messageId = await room.sends(maya, text);
    const answer = await withdraw(room.agency, messageId);
    if (!answer.ok) kept.push(text);
  }
  const last = await room.sends(maya, 'last');
  await room.becomes(last, { state: 'sent' });
  expect(await room.arrived()).toEqual([...kept, 'last']);
});
