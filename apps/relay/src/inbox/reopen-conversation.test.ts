import { because, claimLeaseMs, dayMs, minuteMs, newId, secondMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { eraseContact } from '../accounts/erase-contact.ts';
import { takeOut } from '../channels/all.ts';
import { inWork } from '../ledger/agency-work.ts';
import { failMessage } from '../outbound/failures.ts';
import { commentChanged, commented, echoed, noon, wrote } from '../testing/events.ts';
import { type AgencyInRoom, openRelayRoom } from '../testing/relay-room.ts';
import { repliesIn } from '../testing/replies.ts';

async function openInquiry() {
  const room = await openRelayRoom();
  const agency = await room.addAgency();
  const conversationId = await agency.buyerWrites('How much?');
  const asks = (kind: 'handoff.claim' | 'handoff.resolve' | 'handoff.reopen' | 'handoff.release', who = agency.agent) =>
    agency.perform(who, { kind, conversationId });
  return { room, agency, conversationId, asks, [Symbol.asyncDispose]: room[Symbol.asyncDispose] };
}
const fails = ({ agency }: AgencyInRoom, messageId: string, now: number) =>
  inWork(
    agency,
    () => now,
    async (work) => {
      await failMessage(work, messageId, because('invalid'));
    },
  );
const withoutRev = (conversation: object) => ({ ...conversation, rev: 0 });

it('waits again as before, with its claim, and is audited', async () => {
  await using it = await openInquiry();
  const { agency, asks } = it;
  it.room.pass(minuteMs);
  await agency.hears(wrote({ sentAt: it.room.clock(), text: 'And delivery?' }));
  await asks('handoff.claim');
  const before = await agency.conversation();
  expect(before).toMatchObject({ state: 'needs_answer', unansweredSinceAt: noon, handoff: { state: 'claimed' } });
  await asks('handoff.resolve');
  it.room.pass(minuteMs);
  expect(await asks('handoff.reopen')).toEqual({ ok: true, messageId: null, state: null });
  expect(withoutRev(await agency.conversation())).toEqual(withoutRev(before));
  expect((await agency.trail()).at(-1)).toMatchObject({
    action: 'conversation.reopened',
    actor: agency.agent.person.id,
    target: it.conversationId,
  });
  expect((await agency.changes()).at(-1)).toMatchObject({ entity: 'conversation', entity_id: it.conversationId });
});

it.each<[string, 'agent' | 'owner', number]>([
  ['somebody else reopens it', 'owner', 0],
  ['the claim has expired', 'agent', claimLeaseMs],
])('leaves its handoff open to everybody if %s', async (_when, who, laterMs) => {
  await using it = await openInquiry();
  await it.asks('handoff.claim');
  const { handoff } = await it.agency.conversation();
  await it.asks('handoff.resolve');
  it.room.pass(laterMs);
  await it.asks('handoff.reopen', it.agency[who]);
  expect((await it.agency.conversation()).handoff).toEqual({
    ...handoff,
    state: 'open',
    claimedBy: null,
    claimedUntil: null,
  });
});

it('changes nothing if it is pressed twice, or the conversation was not done', async () => {
  await using it = await openInquiry();
  const counts = async () => [await it.agency.count('changes'), await it.agency.count('events')];
  const untouched = await counts();
  expect(await it.asks('handoff.reopen')).toMatchObject({ ok: true });
  expect(await counts()).toEqual(untouched);
  await it.asks('handoff.resolve');
  await it.asks('handoff.reopen');
  const once = await counts();
  expect(await it.asks('handoff.reopen', it.agency.owner)).toMatchObject({ ok: true });
  expect(await counts()).toEqual(once);
});

it('is answered again if nobody waited, or somebody answered while it was closed', async () => {
  await using it = await openInquiry();
  await it.asks('handoff.resolve');
  it.room.pass(minuteMs);
  await it.agency.hears(echoed({ sentAt: it.room.clock() }));
  expect((await it.agency.conversation()).state).toBe('done');
  await it.asks('handoff.reopen');
  expect(await it.agency.conversation()).toMatchObject({ state: 'answered', handoff: null, unansweredSinceAt: null });
  await it.asks('handoff.resolve');
  await it.asks('handoff.reopen');
  expect(await it.agency.conversation()).toMatchObject({ state: 'answered', handoff: null, unansweredSinceAt: null });
});

it('waits for what was written after the last answer, however long ago it was closed', async () => {
  await using it = await openInquiry();
  await it.agency.hears(echoed({ sentAt: noon + 1 }));
  it.room.pass(minuteMs);
  await it.agency.hears(wrote({ sentAt: it.room.clock(), text: 'And delivery?' }));
  await it.asks('handoff.resolve');
  it.room.pass(90 * dayMs);
  await it.asks('handoff.reopen');
  expect(await it.agency.conversation()).toMatchObject({
    state: 'needs_answer',
    unansweredSinceAt: noon + minuteMs,
    handoff: { state: 'open', openedAt: noon + minuteMs },
  });
});

it.each(['a person', 'its reply, which failed', 'its reply, which was taken back'])(
  'does not wait again for what an earlier closing had settled when reopened by %s',
  async (by) => {
    await using it = await openInquiry();
    const { agency, asks, room, conversationId } = it;
    await asks('handoff.resolve');
    room.pass(5 * dayMs);
    await agency.hears(wrote({ sentAt: room.clock(), text: 'In red?' }), wrote({ sentAt: room.clock() + 1 }));
    const before = await agency.conversation();
    expect(before).toMatchObject({ state: 'needs_answer', unansweredSinceAt: noon + 5 * dayMs });
    const replies = repliesIn(room, agency);
    if (by === 'a person') {
      await asks('handoff.resolve');
      room.pass(5 * secondMs);
      await asks('handoff.reopen');
      expect(withoutRev(await agency.conversation())).toEqual(withoutRev(before));
      return;
    }
    const messageId = await replies.queues('Yes');
    await asks('handoff.resolve');
    if (by === 'its reply, which was taken back')
      await agency.perform(agency.agent, { kind: 'reply.withdraw', messageId });
    else await fails(agency, messageId, room.clock());
    expect(await agency.readConversation(conversationId)).toMatchObject({
      state: 'needs_answer',
      unansweredSinceAt: noon + 5 * dayMs,
    });
  },
);

it('waits since the same time even if a failed reply reopened it and the buyer wrote after that', async () => {
  await using it = await openInquiry();
  const { agency, asks, room } = it;
  const messageId = await repliesIn(room, agency).queues('Yes');
  await asks('handoff.resolve');
  room.pass(minuteMs);
  await fails(agency, messageId, room.clock());
  room.pass(dayMs);
  await agency.hears(wrote({ sentAt: room.clock(), text: 'Hello?' }));
  await asks('handoff.resolve');
  await asks('handoff.reopen');
  expect(await agency.conversation()).toMatchObject({ state: 'needs_answer', unansweredSinceAt: noon });
});

it('asks for no answer to a comment that was hidden', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(commented({ commentId: 'c1' }));
  const { id: conversationId } = await agency.conversation();
  await agency.perform(agency.agent, { kind: 'handoff.resolve', conversationId });
  await agency.hears(commentChanged({ commentId: 'c1', change: 'hidden' }));
  await agency.perform(agency.agent, { kind: 'handoff.reopen', conversationId });
  expect(await agency.conversation()).toMatchObject({ state: 'answered', handoff: null });
});

it('is refused to viewers, while another person holds it, for erased contacts and for unknown conversations', async () => {
  await using it = await openInquiry();
  const { agency, asks, room } = it;
  await asks('handoff.claim', agency.owner);
  expect(await asks('handoff.reopen')).toMatchObject({ refusal: { code: 'claimed_by_other' } });
  await asks('handoff.resolve', agency.owner);
  expect(await asks('handoff.reopen', agency.viewer)).toMatchObject({ refusal: { code: 'forbidden' } });
  expect(await agency.perform(agency.agent, { kind: 'handoff.reopen', conversationId: newId() })).toMatchObject({
    refusal: { code: 'not_found' },
  });
  const { contact } = await agency.conversation();
  await eraseContact({ store: room.store, takeOut }, agency.id, contact.id, 'operator', room.clock());
  expect(await asks('handoff.reopen')).toMatchObject({ refusal: { code: 'recipient_unavailable' } });
  expect((await agency.conversation()).state).toBe('done');
});
