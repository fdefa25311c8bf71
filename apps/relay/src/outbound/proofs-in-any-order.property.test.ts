import { minuteMs, secondMs } from '@transom/shared';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { commented, delivered, echoed, edited, noon, reacted, read, unsent, wrote } from '../testing/events.ts';
import { type AgencyInRoom, openRelayRoom, type RelayRoom } from '../testing/relay-room.ts';
import { repliesIn, sentAs, unclear } from '../testing/replies.ts';
import type { Attempt } from './attempts.ts';

/**
 * Meta's answer to a send, its echo, receipts, a reaction and the removal of the same message come in any order and several times. The
 * answer may say nothing. In the end there is one message, and everything that was said of it holds.
 */
type Step = (room: RelayRoom, agency: AgencyInRoom, attempt: Attempt) => Promise<void>;
const text = 'SECRET words';
const person = 'psid-1';
const by = { senderId: person };

const steps = (withReference: boolean): Record<string, Step> => ({
  answer: (room, agency, attempt) => repliesIn(room, agency).answered(attempt, sentAs('m1', person)),
  echo: (_room, agency, attempt) =>
    agency.hears(
      echoed({
        ...{ nativeMessageId: 'm1', recipientId: person, text, sentAt: noon + minuteMs + 1 },
        clientReference: withReference ? attempt.messageId : null,
      }),
    ),
  read: (_room, agency) => agency.hears({ ...read({ nativeMessageId: 'm1' }), ...by }),
  delivered: (_room, agency) => agency.hears({ ...delivered(noon + minuteMs + secondMs), ...by }),
  reaction: (_room, agency) => agency.hears({ ...reacted('m1', '\u{1f44d}', noon + minuteMs + 2 * secondMs), ...by }),
  'taken back': (_room, agency) => agency.hears(unsent('m1', noon + minuteMs + 3 * secondMs)),
  'late edit': (_room, agency) => agency.hears(edited('m1', 'SECRET again', noon + minuteMs + 4 * secondMs)),
});

const began: Record<string, (agency: AgencyInRoom, room: RelayRoom) => Promise<Attempt>> = {
  'a reply': async (agency, room) => {
    await agency.hears(wrote({ contact: { ...by, name: null, username: null } }));
    room.pass(minuteMs);
    return repliesIn(room, agency).sends(text, (await agency.conversation()).id);
  },
  'a private reply': async (agency, room) => {
    await agency.hears(commented({ commentId: 'c1', contact: { ...by, name: 'Maya', username: null } }));
    room.pass(minuteMs);
    return repliesIn(room, agency).repliesTo('c1', text);
  },
  'a private reply to nobody known': async (agency, room) => {
    await agency.hears(commented({ commentId: 'c1', contact: null }));
    room.pass(minuteMs);
    return repliesIn(room, agency).repliesTo('c1', text);
  },
};

async function outcome(agency: AgencyInRoom) {
  const { lastMessage, state, handoff, window } = await agency.conversation();
  const [message, ...others] = (await agency.messages()).filter(({ direction }) => direction === 'outbound');
  const { text: words, reaction, unsentAt, editedAt, nativeMessageId, origin, failure } = message!;
  return {
    message: { state: message!.state, words, reaction, unsentAt, editedAt, nativeMessageId, origin, failure },
    others: others.length,
    lastState: lastMessage?.state,
    ...{ state, handoff, used: window.comment?.privateReplyUsedAt },
    counts: [await agency.count('conversations'), await agency.count('contacts'), await agency.count('leads')],
    secret: JSON.stringify([
      await agency.changes(),
      await agency.rows(`select * from early_events where agency_id = :agency`),
    ]).includes('SECRET'),
  };
}

it.each(Object.keys(began).flatMap((what) => [true, false].map((withReference) => [what, withReference] as const)))(
  'is one message in the end: %s, with our reference in the echo: %j',
  { timeout: 120_000 },
  async (what, withReference) => {
    await using room = await openRelayRoom();
    const all = steps(withReference);
    const names = Object.keys(all);
    const order = fc.tuple(
      fc.shuffledSubarray(names, { minLength: names.length }),
      fc.shuffledSubarray(names.filter((name) => name !== 'answer')),
      fc.boolean(),
    );
    let n = 0;
    const run = async (sequence: readonly string[], wasInDoubt: boolean) => {
      const agency = await room.addAgency({ channel: 'facebook', nativeId: `page ${(n += 1)}` });
      const startedAt = room.clock();
      room.pass(noon - startedAt);
      const attempt = await began[what]!(agency, room);
      if (wasInDoubt) await repliesIn(room, agency).answered(attempt, unclear);
      for (const name of sequence) await all[name]!(room, agency, attempt);
      return outcome(agency);
    };
    const expected = await run(names, false);
    expect(expected).toMatchObject({
      message: {
        state: 'read',
        words: null,
        reaction: '\u{1f44d}',
        nativeMessageId: 'm1',
        origin: 'desk',
        failure: null,
      },
      ...{ others: 0, lastState: 'read', state: 'answered', handoff: null, counts: [1, 1, 1], secret: false },
    });
    await fc.assert(
      fc.asyncProperty(order, async ([sequence, again, wasInDoubt]) => {
        expect(await run([...sequence, ...again], wasInDoubt)).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  },
);
