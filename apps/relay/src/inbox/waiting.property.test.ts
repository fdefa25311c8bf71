import { because, hourMs, minuteMs } from '@transom/shared';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inWork } from '../ledger/agency-work.ts';
import type { Attempt } from '../outbound/attempts.ts';
import { markSent } from '../outbound/mark-sent.ts';
import { clampWaits } from '../outbound/waits.ts';
import { commentChanged, commented, echoed, nextNativeId, wrote } from '../testing/events.ts';
import { type AgencyInRoom, openRelayRoom, type RelayRoom } from '../testing/relay-room.ts';
import { repliesIn, sentAs, unclear } from '../testing/replies.ts';
import { findThread } from './thread.ts';

/**
 * Who waits since when, computed twice: by the relay, and from a list of what happened in its true order, in which every closing holds the
 * things that it closed. A thing is a message of the contact, or a reply that was lost in a closed thread.
 */
type Reply = {
  /** Replies are numbered in the order in which they were asked for, whatever the clock said. */
  readonly number: number;
  readonly id: string;
  readonly text: string;
  readonly askedAt: number;
  readonly isByClockAhead: boolean;
  readonly answersUpTo: number;
  state: string;
  attempt?: Attempt;
  leftAt?: number;
};
type Thing = { readonly at: number; readonly nativeId: string | null; readonly lost: Reply | null; isVisible: boolean };

class Told {
  readonly things: Thing[] = [];
  readonly replies: Reply[] = [];
  readonly #settled = new Set<Thing>();
  #closed: { readonly repliesBefore: number; readonly things: readonly Thing[] } = { repliesBefore: 0, things: [] };
  #answeredUpTo = 0;
  #isDone = false;

  #waiting(): Thing[] {
    return this.things.filter(
      (thing) =>
        (thing.lost !== null || thing.at > this.#answeredUpTo) &&
        !this.#settled.has(thing) &&
        !this.#closed.things.includes(thing),
    );
  }
  get outcome() {
    const waiting = this.#waiting().filter(({ isVisible }) => isVisible);
    if (this.#isDone) return ['done', null];
    return waiting.length === 0 ? ['answered', null] : ['needs_answer', Math.min(...waiting.map(({ at }) => at))];
  }
  wrote(at: number, nativeId: string): Thing {
    const thing = { at, nativeId, lost: null, isVisible: true };
    this.things.push(thing);
    if (at > this.#answeredUpTo) this.#isDone = false;
    return thing;
  }
  /** Written and answered in another thread, when nobody knew yet that it was the same contact. */
  wasAnsweredApart(at: number, nativeId: string): void {
    const thing = { at, nativeId, lost: null, isVisible: true };
    this.things.push(thing);
    this.#settled.add(thing);
  }
  answeredElsewhere(at: number): void {
    this.#answered(at, (thing) => thing.at <= at);
  }
  answeredBy(reply: Reply): void {
    this.#answered(reply.answersUpTo, ({ lost }) => lost !== null && lost.number <= reply.number);
  }
  #answered(upTo: number, makesUpFor: (thing: Thing) => boolean): void {
    this.#answeredUpTo = Math.max(this.#answeredUpTo, upTo);
    for (const thing of this.things) if (thing.lost !== null && makesUpFor(thing)) this.#settled.add(thing);
  }
  closed(): void {
    if (this.#isDone) return;
    for (const thing of this.#closed.things) this.#settled.add(thing);
    this.#closed = { repliesBefore: this.replies.length, things: this.#waiting() };
    this.#isDone = true;
  }
  reopened(): void {
    if (!this.#isDone) return;
    this.#isDone = false;
    this.#closed = { ...this.#closed, things: [] };
  }
  /** A reply asked for before the closing is a reason to take the closing back; so is one whose time the clock cannot tell. */
  lost(reply: Reply, failedAt: number | null): void {
    const isReason = reply.number < this.#closed.repliesBefore || reply.isByClockAhead;
    if (isReason) this.#closed = { ...this.#closed, things: [] };
    if (!this.#isDone || !(isReason || failedAt !== null)) return;
    this.#isDone = false;
    if (failedAt !== null)
      this.things.push({ at: Math.min(reply.askedAt, failedAt), nativeId: null, lost: reply, isVisible: true });
  }
}

async function tell(room: RelayRoom, agency: AgencyInRoom, senderId: string) {
  const told = new Told();
  const replies = repliesIn(room, agency);
  const contact = { senderId, name: null, username: null };
  /** A time between two earlier steps. */
  const earlier = () => room.clock() - 2.5 * minuteMs;
  async function writes(sentAt: number, isComment = false) {
    const nativeId = nextNativeId();
    await agency.hears(
      isComment
        ? commented({ contact, sentAt, commentId: nativeId })
        : wrote({ contact, sentAt, nativeMessageId: nativeId }),
    );
    const thing = told.wrote(sentAt, nativeId);
    if (isComment) comments.push(thing);
  }
  const comments: Thing[] = [];
  async function answersElsewhere(sentAt: number) {
    await agency.hears(echoed({ recipientId: senderId, sentAt, text: 'From a phone' }));
    told.answeredElsewhere(sentAt);
  }
  async function changes(change: 'hidden' | 'shown' | 'removed', comment: Thing | undefined) {
    if (comment === undefined) return;
    await agency.hears(commentChanged({ commentId: comment.nativeId!, change, at: room.clock() }));
    comment.isVisible = change === 'shown';
    if (change === 'removed') comments.splice(comments.indexOf(comment), 1);
  }
  const inState = (state: string) => told.replies.find((reply) => reply.state === state);
  async function leaves() {
    if (inState('sending') !== undefined) return;
    await moves('queued', 'sending', async (reply) => {
      reply.attempt = await replies.leaves(reply.id);
      reply.leftAt = room.clock();
    });
  }
  async function endsAs(state: string, action: (reply: Reply) => Promise<unknown>) {
    await leaves();
    await moves('sending', state, action);
  }
  async function moves(from: string, to: string, action: (reply: Reply) => Promise<unknown>) {
    const reply = inState(from);
    if (reply === undefined) return;
    await action(reply);
    reply.state = to;
    if (to === 'sent') told.answeredBy(reply);
    if (to === 'failed') told.lost(reply, room.clock());
    if (to === 'withdrawn') told.lost(reply, null);
  }
  const refused = { kind: 'refused', why: because('invalid'), platformCode: '1' } as const;
  await writes(room.clock());
  const { conversationId } = (await agency.agency.read((tx) => findThread(tx, agency.account, senderId)))!;
  const performs = (kind: 'handoff.resolve' | 'handoff.reopen') =>
    agency.perform(agency.agent, { kind, conversationId });
  async function asks(isByClockAhead = false) {
    const number = told.replies.length;
    const text = `Reply ${number}`;
    const id = await replies.queues(text, conversationId);
    told.replies.push({
      number,
      id,
      text,
      askedAt: room.clock(),
      isByClockAhead,
      answersUpTo: newest(),
      state: 'queued',
    });
  }
  const newest = () => Math.max(...told.things.filter(({ nativeId }) => nativeId !== null).map(({ at }) => at));

  const steps = {
    writes: () => writes(room.clock()),
    'writes, which comes late': () => writes(earlier()),
    comments: () => writes(room.clock(), true),
    'comments, which comes late': () => writes(earlier(), true),
    'hides a comment': () =>
      changes(
        'hidden',
        comments.find(({ isVisible }) => isVisible),
      ),
    'shows a comment': () =>
      changes(
        'shown',
        comments.find(({ isVisible }) => !isVisible),
      ),
    'removes a comment': () => changes('removed', comments.at(-1)),
    'answers on a phone': () => answersElsewhere(room.clock()),
    'answers on a phone, which comes late': () => answersElsewhere(earlier()),
    'answers on a phone, which comes an hour late': () => answersElsewhere(room.clock() - hourMs),
    'asks for a reply': () => asks(),
    async 'asks for a reply while the clock is ahead'() {
      room.pass(2 * hourMs);
      await asks(true);
      room.pass(-2 * hourMs);
      await clampWaits(agency.agency, room.clock());
    },
    'reply that failed arrived, as an echo proves': () =>
      moves('failed', 'sent', ({ text, leftAt }) =>
        agency.hears(echoed({ recipientId: senderId, sentAt: leftAt!, text })),
      ),
    async 'turns out to have commented, and was answered there'() {
      const commentId = nextNativeId();
      const sentAt = room.clock();
      await agency.hears(commented({ commentId, sentAt, contact: null }));
      const messageId = await replies.asks({ kind: 'comment.private_reply', commentId, text: 'See your messages' });
      await inWork(agency.agency, room.clock, async (work) => {
        await markSent(work, messageId, nextNativeId(), senderId);
      });
      told.wasAnsweredApart(sentAt, commentId);
    },
    'reply leaves': leaves,
    'reply is sent': () => endsAs('sent', ({ attempt, id }) => replies.answered(attempt!, sentAs(`n ${id}`, senderId))),
    'reply fails': () => endsAs('failed', ({ attempt }) => replies.answered(attempt!, refused)),
    'reply is in doubt': () =>
      endsAs('unconfirmed', async ({ attempt, id }) => {
        await replies.answered(attempt!, unclear);
        await replies.looked(id);
      }),
    'reply arrived, as a person says': () => moves('unconfirmed', 'sent', ({ id }) => replies.confirms(id, true)),
    'reply is lost, as a person says': () => moves('unconfirmed', 'failed', ({ id }) => replies.confirms(id, false)),
    'takes the reply back': () =>
      moves('queued', 'withdrawn', ({ id }) => agency.perform(agency.agent, { kind: 'reply.withdraw', messageId: id })),
    async closes() {
      await performs('handoff.resolve');
      told.closed();
    },
    async 'opens again'() {
      await performs('handoff.reopen');
      told.reopened();
    },
  };
  return {
    steps,
    told,
    async outcome() {
      const conversation = (await agency.readConversation(conversationId))!;
      expect(conversation.handoff === null).toBe(conversation.state !== 'needs_answer');
      return [conversation.state, conversation.unansweredSinceAt];
    },
  };
}

type Step = keyof Awaited<ReturnType<typeof tell>>['steps'];
const weights: Record<Step, number> = {
  writes: 3,
  'writes, which comes late': 1,
  comments: 2,
  'comments, which comes late': 1,
  'hides a comment': 2,
  'shows a comment': 2,
  'removes a comment': 1,
  'answers on a phone': 1,
  'answers on a phone, which comes late': 1,
  'answers on a phone, which comes an hour late': 1,
  'asks for a reply': 3,
  'asks for a reply while the clock is ahead': 1,
  'reply that failed arrived, as an echo proves': 2,
  'turns out to have commented, and was answered there': 1,
  'reply leaves': 1,
  'reply is sent': 1,
  'reply fails': 4,
  'reply is in doubt': 1,
  'reply arrived, as a person says': 1,
  'reply is lost, as a person says': 1,
  'takes the reply back': 1,
  closes: 5,
  'opens again': 3,
};
const step = fc.oneof(
  ...Object.entries(weights).map(([name, weight]) => ({ weight, arbitrary: fc.constant(name as Step) })),
);

it('knows who waits since when, whatever happens in whichever order', { timeout: 30_000 }, async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  let n = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (names) => {
      const thread = await tell(room, agency, `${(n += 1)}`);
      for (const name of names) {
        room.pass(minuteMs);
        await thread.steps[name]();
        expect(await thread.outcome(), name).toEqual(thread.told.outcome);
      }
    }),
    { numRuns: 60, seed: 20_261_130 },
  );
});
