import { minuteMs } from '@transom/shared';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Attempt } from '../outbound/attempts.ts';
import { commentChanged, commented, echoed, nextNativeId, wrote } from '../testing/events.ts';
import { type AgencyInRoom, openRelayRoom, type RelayRoom } from '../testing/relay-room.ts';
import { repliesIn, sentAs, unclear } from '../testing/replies.ts';

/**
 * Who waits since when, told in two ways: by the relay, and by a list of what happened, in which every closing holds the things that it
 * closed. A thing is what the person wrote, or a reply that failed in a thread that was closed.
 */
type Thing = { readonly at: number; readonly nativeId: string | null; readonly askedAt: number; isVisible: boolean };
type Reply = {
  readonly id: string;
  readonly askedAt: number;
  readonly answersUpTo: number;
  state: string;
  attempt?: Attempt;
};

class Told {
  readonly things: Thing[] = [];
  readonly replies: Reply[] = [];
  #closings: { readonly at: number; readonly things: ReadonlySet<Thing> }[] = [];
  #answeredUpTo = 0;
  #isDone = false;
  #madeUp = new Set<Thing>();

  #waiting(): Thing[] {
    return this.things.filter(
      (thing) =>
        !(thing.nativeId === null ? this.#madeUp.has(thing) : thing.at <= this.#answeredUpTo) &&
        !this.#closings.some(({ things }) => things.has(thing)),
    );
  }
  get outcome() {
    const waiting = this.#waiting().filter(({ isVisible }) => isVisible);
    if (this.#isDone) return ['done', null];
    return waiting.length === 0 ? ['answered', null] : ['needs_answer', Math.min(...waiting.map(({ at }) => at))];
  }
  wrote(at: number, nativeId: string): void {
    this.things.push({ at, nativeId, askedAt: 0, isVisible: true });
    if (at > this.#answeredUpTo) this.#isDone = false;
  }
  answered(upTo: number, askedAt: number): void {
    this.#answeredUpTo = Math.max(this.#answeredUpTo, upTo);
    for (const thing of this.things) if (thing.nativeId === null && askedAt >= thing.askedAt) this.#madeUp.add(thing);
  }
  closed(at: number): void {
    if (!this.#isDone) this.#closings.push({ at, things: new Set(this.#waiting()) });
    this.#isDone = true;
  }
  reopened(): void {
    if (this.#isDone) this.#closings.pop();
    this.#isDone = false;
  }
  /** A reply that was asked for before the closing is a reason to take it back. */
  lost(askedAt: number, isFailure: boolean): void {
    if (!this.#isDone) return;
    const isFromBefore = askedAt <= this.#closings.at(-1)!.at;
    if (isFromBefore) this.#closings.pop();
    if (isFailure) this.things.push({ at: askedAt, nativeId: null, askedAt, isVisible: true });
    if (isFailure || isFromBefore) this.#isDone = false;
  }
}

async function tell(room: RelayRoom, agency: AgencyInRoom, senderId: string) {
  const told = new Told();
  const replies = repliesIn(room, agency);
  const contact = { senderId, name: null, username: null };
  /** Between two steps that came already. */
  const earlier = () => room.clock() - 2.5 * minuteMs;
  async function writes(sentAt: number, isComment = false) {
    const nativeId = nextNativeId();
    await agency.hears(
      isComment
        ? commented({ contact, sentAt, commentId: nativeId })
        : wrote({ contact, sentAt, nativeMessageId: nativeId }),
    );
    told.wrote(sentAt, nativeId);
    if (isComment) comments.push(told.things.at(-1)!);
  }
  const comments: Thing[] = [];
  async function answersElsewhere(sentAt: number) {
    await agency.hears(echoed({ recipientId: senderId, sentAt, text: 'From a phone' }));
    told.answered(sentAt, Number.POSITIVE_INFINITY);
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
    await moves('queued', 'sending', async (reply) => (reply.attempt = await replies.leaves(reply.id)));
  }
  async function endsAs(state: string, deed: (reply: Reply) => Promise<unknown>) {
    await leaves();
    await moves('sending', state, deed);
  }
  async function moves(from: string, to: string, deed: (reply: Reply) => Promise<unknown>) {
    const reply = inState(from);
    if (reply === undefined) return;
    await deed(reply);
    reply.state = to;
    if (to === 'sent') told.answered(reply.answersUpTo, reply.askedAt);
    if (to === 'failed' || to === 'withdrawn') told.lost(reply.askedAt, to === 'failed');
  }
  const refused = { kind: 'refused', reason: 'invalid', detail: '', platformCode: '1' } as const;
  await writes(room.clock());
  const [first] = await agency.threads();
  const conversationId = first!.id;
  const performs = (kind: 'handoff.resolve' | 'handoff.reopen') =>
    agency.perform(agency.agent, { kind, conversationId });
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
    async 'asks for a reply'() {
      const id = await replies.queues(`Reply ${told.replies.length}`, conversationId);
      told.replies.push({ id, askedAt: room.clock(), answersUpTo: newest(), state: 'queued' });
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
      told.closed(room.clock());
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
  'asks for a reply': 3,
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

it('says who waits since when, whatever happens in whichever order', { timeout: 30_000 }, async () => {
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
    { numRuns: 30, seed: 20_261_130 },
  );
});
