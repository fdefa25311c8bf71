import { because, hourMs, minuteMs, newId } from '@transom/shared';
import { expect, it } from 'vitest';
import { inWork } from '../ledger/agency-work.ts';
import { failMessage } from '../outbound/failures.ts';
import { commented, echoed, noon, unsent, wrote } from '../testing/events.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { repliesIn, sentAs } from '../testing/replies.ts';

/** A buyer who wrote, and two people who answer. Each starts from what is in the thread now. */
async function openThread() {
  const room = await openRelayRoom();
  const agency = await room.addAgency();
  const conversationId = await agency.buyerWrites('How much?');
  const newest = async () => (await agency.messages()).at(-1)!.id;
  const send = (who: typeof agency.agent, text: string, seenMessageId?: string) =>
    agency.perform(who, {
      kind: 'reply.send',
      conversationId,
      text,
      ...(seenMessageId === undefined ? {} : { seenMessageId }),
    });
  /** Queued and sent. */
  const answers = async (who: typeof agency.agent, text: string) => {
    const answer = await send(who, text);
    if (!answer.ok || answer.messageId === null) throw new Error(JSON.stringify(answer));
    const replies = repliesIn(room, agency);
    await replies.answered(await replies.leaves(answer.messageId), sentAs(newId()));
    return answer.messageId;
  };
  return { room, agency, conversationId, newest, send, answers, [Symbol.asyncDispose]: room[Symbol.asyncDispose] };
}
const told = (answer: object) => ({ ok: false, refusal: { code: 'answered_meanwhile', answer } });

it('refuses a reply once if a colleague answered after what its author had seen, and shows that answer', async () => {
  await using it = await openThread();
  const seen = await it.newest();
  const messageId = await it.answers(it.agency.owner, `It is 4,900. ${'😀'.repeat(160)}`);
  const before = [await it.agency.count('messages'), await it.agency.count('changes')];
  const refused = await it.send(it.agency.agent, 'It is 5,200.', seen);
  expect(refused).toMatchObject(told({ messageId, by: 'Olga', sentAt: it.room.clock() }));
  expect(refused).toMatchObject({ refusal: { params: { name: 'Olga' } } });
  const text = refused.ok ? '' : (refused.refusal.answer?.text ?? '');
  expect([text.startsWith('It is 4,900. '), [...text].length]).toEqual([true, 160]);
  expect([await it.agency.count('messages'), await it.agency.count('changes')]).toEqual(before);
  expect(await it.send(it.agency.agent, 'It is 5,200.', messageId)).toMatchObject({ ok: true });
});

it('shows the newest of several answers, so that insisting once is enough', async () => {
  await using it = await openThread();
  const seen = await it.newest();
  await it.answers(it.agency.owner, 'one');
  it.room.pass(minuteMs);
  const second = await it.answers(it.agency.owner, 'two');
  expect(await it.send(it.agency.agent, 'x', seen)).toMatchObject(told({ messageId: second, text: 'two' }));
  expect(await it.send(it.agency.agent, 'x', second)).toMatchObject({ ok: true });
});

it('counts an answer from the phone, even one that Meta dates before what was on the screen', async () => {
  await using it = await openThread();
  it.room.pass(minuteMs);
  await it.agency.hears(wrote({ sentAt: it.room.clock(), text: 'Hello?' }));
  const seen = await it.newest();
  await it.agency.hears(echoed({ sentAt: noon + 1_000, text: null }));
  const refused = await it.send(it.agency.agent, 'x', seen);
  expect(refused).toMatchObject(told({ by: null, text: '', sentAt: noon + 1_000 }));
  expect(refused).toMatchObject({ refusal: { reason: 'answered_meanwhile.outside' } });
});

it('does not count the author’s own replies, notes, and messages that failed or were taken back', async () => {
  await using it = await openThread();
  const seen = await it.newest();
  await it.answers(it.agency.agent, 'my own');
  await it.agency.perform(it.agency.owner, { kind: 'note.add', conversationId: it.conversationId, text: 'note' });
  const failing = await it.send(it.agency.owner, 'fails');
  await inWork(it.agency.agency, it.room.clock, async (work) => {
    await failMessage(work, failing.ok ? failing.messageId! : '', because('invalid'));
  });
  await it.agency.hears(echoed({ nativeMessageId: 'phone' }));
  await it.agency.hears(unsent('phone'));
  expect(await it.send(it.agency.agent, 'x', seen)).toMatchObject({ ok: true });
});

it('checks nothing if the author does not say what they have seen', async () => {
  await using it = await openThread();
  await it.answers(it.agency.owner, 'It is 4,900.');
  expect(await it.send(it.agency.agent, 'x')).toMatchObject({ ok: true });
});

it.each(['unknown', 'of another thread'])(
  'treats a seen message that is %s as if it were the buyer’s last message',
  async (which) => {
    await using it = await openThread();
    await it.agency.hears(wrote({ contact: { senderId: '77', name: null, username: null } }));
    const other = (await it.agency.messages()).find(({ conversationId }) => conversationId !== it.conversationId)!;
    const seen = which === 'unknown' ? newId() : other.id;
    expect(await it.send(it.agency.agent, 'nobody answered', seen)).toMatchObject({ ok: true });
    it.room.pass(hourMs);
    await it.agency.hears(echoed({ text: 'on the phone', sentAt: it.room.clock() }));
    expect(await it.send(it.agency.agent, 'x', seen)).toMatchObject(told({ text: 'on the phone' }));
    it.room.pass(1);
    await it.agency.hears(wrote({ sentAt: it.room.clock(), text: 'And delivery?' }));
    expect(await it.send(it.agency.agent, 'x', seen)).toMatchObject({ ok: true });
  },
);

it('reports the missed answer rather than who holds the claim', async () => {
  await using it = await openThread();
  const seen = await it.newest();
  await it.send(it.agency.owner, 'queued');
  expect((await it.agency.conversation()).handoff).toMatchObject({ state: 'claimed' });
  expect(await it.send(it.agency.agent, 'x', seen)).toMatchObject(told({ by: 'Olga', text: 'queued' }));
  expect(await it.send(it.agency.agent, 'x')).toMatchObject({ refusal: { code: 'claimed_by_other' } });
  expect(await it.send(it.agency.viewer, 'x', seen)).toMatchObject({ refusal: { code: 'forbidden' } });
});

it.each(['before anybody answered', 'when nobody holds it'])('queues one of two racing replies, %s', async (when) => {
  await using it = await openThread();
  if (when === 'when nobody holds it') await it.answers(it.agency.agent, 'earlier');
  const seen = await it.newest();
  const both = await Promise.all([it.send(it.agency.agent, 'A', seen), it.send(it.agency.owner, 'B', seen)]);
  expect(both.map(({ ok }) => ok).toSorted()).toEqual([false, true]);
  expect(both.find(({ ok }) => !ok)).toMatchObject(told({ by: both[0].ok ? 'Arne' : 'Olga' }));
});

it('checks private replies in the same way', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(commented({ commentId: 'c1' }), commented({ commentId: 'c2', sentAt: noon + 1 }));
  const seen = (await agency.messages()).at(-1)!.id;
  const reply = (who: typeof agency.agent, commentId: string, seenMessageId: string) =>
    agency.perform(who, { kind: 'comment.private_reply', commentId, text: commentId, seenMessageId });
  const first = await reply(agency.owner, 'c1', seen);
  expect(first).toMatchObject({ ok: true });
  expect(await reply(agency.agent, 'c2', seen)).toMatchObject(told({ by: 'Olga', text: 'c1' }));
  await agency.perform(agency.owner, { kind: 'handoff.release', conversationId: (await agency.conversation()).id });
  expect(await reply(agency.agent, 'c2', first.ok ? first.messageId! : '')).toMatchObject({ ok: true });
});

it('notices the answer even after the relay’s clock was set back', async () => {
  await using it = await openThread();
  it.room.pass(2 * hourMs);
  await it.agency.hears(wrote({ sentAt: noon, text: 'Hello?' }));
  const seen = await it.newest();
  it.room.pass(-2 * hourMs);
  await it.agency.hears(echoed({ text: 'on the phone', sentAt: noon }));
  expect(await it.send(it.agency.agent, 'x', seen)).toMatchObject(told({ text: 'on the phone' }));
  it.room.pass(3 * hourMs);
  expect(await it.send(it.agency.agent, 'x', seen)).toMatchObject(told({ text: 'on the phone' }));
});

it('notices exactly the newer answer, even if the relay restarted after its clock was set back', async () => {
  await using it = await openThread();
  // Its id is from a clock that was far ahead, and nothing in the process remembers that.
  const seen = 'f0000000-0000-7000-8000-000000000000';
  await it.agency.agency.write((tx) =>
    tx.run(`update messages set id = :seen, received_at = :later where agency_id = :agency`, {
      seen,
      later: it.room.clock() + hourMs,
    }),
  );
  expect(await it.send(it.agency.agent, 'nobody answered', seen)).toMatchObject({ ok: true });
  await it.agency.hears(echoed({ text: 'on the phone' }));
  const newer = (await it.agency.messages()).find(({ text }) => text === 'on the phone')!;
  for (const passes of [0, 2 * hourMs]) {
    it.room.pass(passes);
    expect(await it.send(it.agency.agent, 'x', seen)).toMatchObject(told({ messageId: newer.id }));
  }
  expect(await it.send(it.agency.agent, 'x', newer.id)).toMatchObject({ ok: true });
});
