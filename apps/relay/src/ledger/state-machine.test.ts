import { readFileSync } from 'node:fs';
import { because, type MessageState, messageStateSchema, newId } from '@transom/shared';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AgencyInRoom, openRelayRoom, type RelayRoom } from '../testing/relay-room.ts';
import { type AgencyWork, inWork } from './agency-work.ts';
import { confirm, deny, doubtAfterRestore, markUnconfirmed, noteLook, takeBackProof } from './doubts.ts';
import { stopReplies } from './erase.ts';
import { stateOf } from './find-message.ts';
import { absorbEcho } from './put-together.ts';
import { markReached } from './receipts.ts';
import { fail, markSent, postpone, startSending, withdraw } from './sending.ts';
import { IllegalTransition, type Transition, transitions } from './state-machine.ts';

let room: RelayRoom;
let agency: AgencyInRoom;
beforeAll(async () => {
  room = await openRelayRoom();
  agency = await room.addAgency();
});
afterAll(() => room[Symbol.asyncDispose]());

const states = messageStateSchema.options;
type Case = { readonly id: string; readonly conversationId: string };

/** How each transition is asked for, with the state that it should end in. Those for several messages at once skip what may not move. */
const asked: { [T in Transition]: (work: AgencyWork, it: Case) => Promise<unknown> } = {
  startSending: (work, { id }) => startSending(work, id, { datedAt: null, audit: {} }),
  postpone: (work, { id }) => postpone(work, id, { until: 1, attempts: 1, why: null }),
  markSent: (work, { id }) => markSent(work, id, { nativeMessageId: newId(), to: 'sent', as: 'reply.sent' }),
  fail: (work, { id }) => fail(work, id, because('invalid')),
  markUnconfirmed: (work, { id }) => markUnconfirmed(work, id, because('unconfirmed')),
  takeBackProof: (work, { id }) => takeBackProof(work, id, because('unconfirmed')),
  doubtAfterRestore: (work) => doubtAfterRestore(work),
  noteLook: (work, { id }) => noteLook(work, id, { look: 1, nextLookAt: null, why: because('unconfirmed') }),
  confirm: (work, { id }) => confirm(work, id, { to: 'sent', by: 'p1' }),
  deny: (work, { id }) => deny(work, id, 'p1'),
  stop: (work, { conversationId }) => stopReplies(work, conversationId),
  noteDelivered: (work, { conversationId }) => markReached(work, conversationId, 'delivered', room.clock()),
  noteRead: (work, { conversationId }) => markReached(work, conversationId, 'read', room.clock()),
  withdraw: (work, { id }) => withdraw(work, id, 'p1'),
  absorbEcho: (work, { id }) => absorbEcho(work, { id: 'none', text: null }, id),
};
const ofMany: readonly Transition[] = ['doubtAfterRestore', 'stop', 'noteDelivered', 'noteRead'];
const names = Object.keys(asked) as Transition[];
const allowed = (name: Transition): readonly MessageState[] => transitions[name].from;

async function messageIn(state: MessageState): Promise<Case> {
  const it = { id: newId(), conversationId: newId() };
  const direction = state === 'received' ? 'inbound' : 'outbound';
  await agency.agency.write((tx) =>
    tx.run(
      `insert into messages (agency_id, id, conversation_id, account_id, direction, kind, sent_at, received_at, state, origin, metadata,
         next_attempt_at)
       values (:agency, :id, :conversationId, 'a1', :direction, 'text', 1, 1, :state, 'desk', '{}', 1)`,
      { ...it, direction, state },
    ),
  );
  return it;
}
const stateNow = ({ id }: Case) => agency.agency.read((tx) => stateOf(tx, id));
const written = async () => [await agency.count('changes'), await agency.count('events')];

it('matches the drawing beside the states', () => {
  const source = new URL('../../../../packages/shared/src/documents/message.ts', import.meta.url);
  const lines = [...readFileSync(source, 'utf8').matchAll(/^ \* {3}(\w+): +([\w, ]+)$/gm)];
  const drawn = lines.map(([, from, to]) => [from, to === 'nothing' ? [] : to?.split(', ').toSorted()]);
  const enforced = states.map((state) => [state, endsFrom(state)]);
  expect(Object.fromEntries(drawn)).toEqual(Object.fromEntries(enforced));
});

function endsFrom(state: MessageState): string[] {
  const ends = names.filter((name) => allowed(name).includes(state)).flatMap((name) => [...transitions[name].to]);
  return [...new Set<string>(ends)].toSorted();
}

/** Written down a second time: what the rest of this file takes from the table would follow any mistake in it. */
const arrived = 'sent delivered read';
it.each<[Transition, string, string]>([
  ['startSending', 'queued', 'sending'],
  ['postpone', 'sending unconfirmed', 'queued'],
  ['markSent', `queued sending unconfirmed failed ${arrived}`, arrived],
  ['fail', 'queued sending unconfirmed', 'failed'],
  ['markUnconfirmed', 'sending', 'unconfirmed'],
  ['takeBackProof', arrived, 'unconfirmed'],
  ['doubtAfterRestore', 'queued sending', 'unconfirmed'],
  ['noteLook', 'unconfirmed', 'unconfirmed'],
  ['confirm', 'unconfirmed', arrived],
  ['deny', 'unconfirmed', 'failed'],
  ['stop', 'queued', 'failed'],
  ['noteDelivered', 'sent', 'delivered'],
  ['noteRead', 'sent delivered', 'read'],
  ['withdraw', 'queued', 'gone'],
  ['absorbEcho', arrived, 'gone'],
])('%s starts from %s and ends in %s', (name, from, to) => {
  expect(transitions[name]).toEqual({ from: from.split(' '), to: to.split(' ') });
});

it.each(states.flatMap((state) => names.map((name) => [state, name] as const)))('%s: %s', async (state, name) => {
  const it = await messageIn(state);
  const before = await written();
  const done = inWork(agency.agency, room.clock, (work) => asked[name](work, it)).then(
    () => null,
    (error: unknown) => error,
  );
  if (allowed(name).includes(state)) {
    expect(await done).toBeNull();
    expect(transitions[name].to).toContain((await stateNow(it)) ?? 'gone');
    return;
  }
  const [to] = transitions[name].to;
  if (ofMany.includes(name)) expect(await done).toBeNull();
  else {
    const error = await done;
    expect(error).toBeInstanceOf(IllegalTransition);
    expect(error).toMatchObject({ code: 'illegal_transition', transition: name, from: state, to, messageId: it.id });
    expect((error as Error).message).toMatch(new RegExp(`is ${state} and cannot become ${to}`));
    expect(await written()).toEqual(before);
  }
  expect(await stateNow(it)).toBe(state);
});

it('refuses a transition of a message that is gone', async () => {
  const gone = inWork(agency.agency, room.clock, (work) => fail(work, 'none', because('invalid')));
  await expect(gone).rejects.toMatchObject({ code: 'illegal_transition', from: 'gone', to: 'failed' });
});

it.each([
  ['markSent', 'fail', 'sent'],
  ['markUnconfirmed', 'markUnconfirmed', 'unconfirmed'],
  ['fail', 'postpone', 'failed'],
  ['postpone', 'markUnconfirmed', 'queued'],
] as const)('lets only the first of two that read `sending` decide: %s, then %s', async (one, other, end) => {
  const it = await messageIn('sending');
  const decides = async (name: Transition) => {
    // Each relies on what it read before either wrote anything.
    expect(await stateNow(it)).toBe('sending');
    await bothHaveRead();
    return inWork(agency.agency, room.clock, (work) => asked[name](work, it));
  };
  let readers = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const bothHaveRead = () => {
    readers += 1;
    if (readers === 2) resolve();
    return promise;
  };
  const [first, second] = await Promise.allSettled([decides(one), decides(other)]);
  expect(first.status).toBe('fulfilled');
  expect(second).toMatchObject({ status: 'rejected', reason: { code: 'illegal_transition', from: end } });
  expect(await stateNow(it)).toBe(end);
});
