import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import type { Account, SimulatedChannel } from '../truth/accounts.ts';
import type { Act } from '../truth/acts.ts';
import { perform } from '../truth/perform.ts';
import type { Buyer, Truth } from '../truth/truth.ts';
import type { Outbox } from '../webhooks/outbox.ts';
import type { WebhookEvent } from '../webhooks/payloads.ts';
import type { Line, Thread, ThreadAct, World } from './world.ts';

/** Where a world is set up and played. */
export type StageSettings = {
  readonly truth: Truth;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly random: Random;
  readonly mediaUrl: () => string;
};

const batch = 50;
/** A large world pauses its generator while more POSTs than this wait to be delivered. */
const enoughWaiting = 20;
const threadsPerStep = 500;

export type Stage = ReturnType<typeof createStage>;

export function createStage({ truth, outbox, clock, random, mediaUrl }: StageSettings) {
  let loading = 0;
  let closed = false;
  let live: { buyer: Buyer; line: Line }[] = [];
  let timers: NodeJS.Timeout[] = [];

  function happens(buyer: Buyer, does: ThreadAct, at: number): readonly WebhookEvent[] {
    const act = actOf(buyer, does);
    return act === null ? [] : perform(truth, mediaUrl(), buyer, act, at).events;
  }

  /** Sets up a world; resolves when its opening state is in place, or in a large world when its first step is. */
  async function load(world: World, name: string, afterSubscribing: boolean): Promise<Account[]> {
    const accounts = world.accounts.map((given) => {
      const account = truth.addAccount(given);
      account.waitsForSubscription = afterSubscribing;
      return account;
    });
    const opened = open(world, accounts, random.fork(name));
    await opened.firstStep;
    return accounts;
  }

  function open(world: World, accounts: readonly Account[], chance: Random): { firstStep: Promise<void> } {
    const { promise: firstStep, resolve, reject } = Promise.withResolvers<void>();
    const startedAt = clock.now();
    const accountOn = (channel: SimulatedChannel) => {
      const account = accounts.find((candidate) => candidate.channel === channel);
      if (account === undefined) throw new Error(`This world has no account on ${channel}.`);
      return account;
    };
    async function run(): Promise<void> {
      loading += 1;
      let step: { events: readonly WebhookEvent[]; at: number }[] = [];
      let count = 0;
      for (const thread of world.threads(chance)) {
        step.push(...openThread(thread, accountOn(thread.on), startedAt));
        count += 1;
        if (count % threadsPerStep !== 0) continue;
        tell(step);
        step = [];
        resolve();
        while (!closed && outbox.waitingCount() > enoughWaiting) await wait(5);
        if (closed) break;
      }
      tell(step);
      loading -= 1;
      resolve();
    }
    run().catch(reject);
    return { firstStep };
  }

  function openThread(thread: Thread, account: Account, startedAt: number) {
    const buyer = truth.buyer(account, thread.name, thread.username);
    const happened = thread.lines.filter(({ atMs }) => atMs < 0);
    live.push(...thread.lines.filter(({ atMs }) => atMs >= 0).map((line) => ({ buyer, line })));
    return happened.map(({ atMs, does }) => ({ events: happens(buyer, does, startedAt + atMs), at: startedAt + atMs }));
  }

  /** Sends the events in the order in which they happened. */
  function tell(step: readonly { events: readonly WebhookEvent[]; at: number }[]): void {
    outbox.add(
      step.toSorted((a, b) => a.at - b.at).flatMap(({ events }) => events),
      batch,
    );
  }

  return {
    load,

    /** Plays what happens in the loaded worlds after their start; `speed` 2 takes half the time. */
    play(speed: number): { events: number; durationMs: number } {
      const script = live.toSorted((a, b) => a.line.atMs - b.line.atMs);
      live = [];
      timers.push(
        ...script.map(({ buyer, line }) =>
          setTimeout(() => outbox.add(happens(buyer, line.does, clock.now())), line.atMs / speed),
        ),
      );
      return { events: script.length, durationMs: (script.at(-1)?.line.atMs ?? 0) / speed };
    },

    stop,
    isSettled: () => loading === 0 || !outbox.hasTarget(),
    close(): void {
      closed = true;
      stop();
    },
  };

  function stop(): void {
    for (const timer of timers) clearTimeout(timer);
    timers = [];
  }
}

/** Null if the thread has no message that the act could refer to. */
function actOf(buyer: Buyer, does: ThreadAct): Act | null {
  switch (does.kind) {
    case 'reactsToLast': {
      const last = buyer.messages.findLast(({ from }) => from === 'business') ?? buyer.messages.at(-1);
      return last === undefined ? null : { kind: 'reacts', nativeMessageId: last.nativeMessageId, emoji: does.emoji };
    }
    case 'unsendsLast':
    case 'editsLast': {
      const own = buyer.messages.findLast(({ from, unsent }) => from === 'buyer' && !unsent);
      if (own === undefined) return null;
      const { nativeMessageId } = own;
      return does.kind === 'unsendsLast'
        ? { kind: 'unsends', nativeMessageId }
        : { kind: 'edits', nativeMessageId, text: does.text };
    }
    case 'reads':
      return buyer.messages.some(({ from }) => from === 'business') ? does : null;
    default:
      return does;
  }
}
