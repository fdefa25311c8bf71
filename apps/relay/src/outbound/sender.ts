import { because } from '@transom/shared';
import { AgencyRounds } from '../agency-rounds.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { AgencyStore, AgencyTx, Store } from '../store/port.ts';
import { type Attempt, startAttempts } from './attempts.ts';
import { CallSlots, type SlotLimits } from './call-slots.ts';
import type { ChannelAccount, ChannelPort, SendOutcome } from './channel-port.ts';
import { settleAttempt } from './outcomes.ts';
import { adoptOrphans, dueLooks, look, type Unconfirmed } from './reconcile.ts';

export type SenderDeps = {
  readonly store: Store;
  readonly channels: ChannelPort;
  readonly clock: Clock;
  /** How far that clock is ahead of the channel's; null as long as nobody knows. */
  readonly aheadOfMeta: () => number | null;
  readonly log: Logger;
  /** The account with its token opened; null if there is none. */
  readonly openAccount: (tx: AgencyTx, accountId: string) => Promise<ChannelAccount | null>;
  readonly onCommitted: (agencyId: string) => void;
};

/** The queue keeps the order inside a conversation: it gives out one reply at a time. */
export const sendLimits: SlotLimits = { account: 4, agency: 16, total: 256 };
/** Look-ups have slots of their own: a channel that answers slowly must not hold up what people send meanwhile. */
export const lookLimits: SlotLimits = { account: 2, agency: 8, total: 64 };
const pollMs = 2_000;

/**
 * Works through the outbound queue of every agency. The queue is the messages table, and it only ever holds what a person asked for: the
 * inbox's commands are the one writer of `queued`. This file decides when to look, `call-slots.ts` how much at once, `attempts.ts` what may
 * be sent, `outcomes.ts` what became of it, `reconcile.ts` what to do when nobody knows.
 */
export function createSender(deps: SenderDeps) {
  const { store, log, clock } = deps;
  const sending = new Set<string>();
  const looking = new Set<string>();
  const sends = new AgencyRounds({ store, log, pollMs, round: startSends });
  const looks = new AgencyRounds({ store, log, pollMs, round: startLooks });
  const sendSlots = new CallSlots(sendLimits, (agencyId) => sends.poke(agencyId));
  const lookSlots = new CallSlots(lookLimits, (agencyId) => looks.poke(agencyId));

  async function startSends(agency: AgencyStore): Promise<void> {
    const { agencyId } = agency;
    const onCommitted = () => deps.onCommitted(agencyId);
    // Only here, because an agency's rounds run one after the other: what one round starts is noted before the next.
    if (await adoptOrphans(agency, clock(), (messageId) => sending.has(messageId))) onCommitted();
    let isNews = false;
    const attempts = await startAttempts(agency, clock(), sendLimits.agency, {
      slots: {
        isFree: (accountId) => sendSlots.isFree(agencyId, accountId),
        take: (accountId) => sendSlots.take(agencyId, accountId),
        give: (accountId) => sendSlots.give(agencyId, accountId),
      },
      aheadMs: deps.aheadOfMeta(),
      onCommitted: () => {
        isNews = true;
        onCommitted();
      },
    });
    // The next in line may no longer be sent, so nothing was started; another one may wait behind it.
    if (isNews && attempts.length === 0) sends.poke(agencyId);
    for (const attempt of attempts) {
      const { messageId, accountId } = attempt;
      sending.add(messageId);
      sendSlots.run(agencyId, accountId, async () => {
        await send(deps, agency, attempt).catch((error: unknown) =>
          log.error({ messageId, err: error }, 'an attempt was not settled; it will be looked up'),
        );
        sending.delete(messageId);
        return true;
      });
    }
  }

  async function startLooks(agency: AgencyStore): Promise<void> {
    const { agencyId } = agency;
    const due = await agency.read((tx) => dueLooks(tx, clock(), (accountId) => lookSlots.isFree(agencyId, accountId)));
    for (const message of due) {
      if (looking.has(message.id) || !lookSlots.take(agencyId, message.accountId)) continue;
      looking.add(message.id);
      lookSlots.run(agencyId, message.accountId, async () => {
        const isDone = await lookUp(deps, agency, message).catch((error: unknown) => {
          log.error({ messageId: message.id, err: error }, 'a reply could not be looked up; the next poll tries again');
          return false;
        });
        looking.delete(message.id);
        return isDone;
      });
    }
  }

  return {
    /** At the start nothing is being sent, because this process alone serves the database: every `sending` message is an orphan. */
    async start(): Promise<void> {
      const rows = await store.read((tx) => tx.all<{ id: string }>(`select id from agencies`));
      for (const { id } of rows) {
        if (await adoptOrphans(store.forAgency(id), clock(), () => false)) deps.onCommitted(id);
      }
      sends.start();
      looks.start();
    },
    /** A person asked for something to be sent, or time has passed. */
    poke(agencyId: string): void {
      sends.poke(agencyId);
      looks.poke(agencyId);
    },
    /** Waits for calls in flight; what is still `sending` after that is looked up at the next start. */
    async close(): Promise<void> {
      await Promise.all([sends.close(), looks.close()]);
      await Promise.all([sendSlots.ended(), lookSlots.ended()]);
    },
  };
}

async function send(deps: SenderDeps, agency: AgencyStore, attempt: Attempt): Promise<void> {
  const outcome = await callChannel(deps, agency, attempt);
  if (outcome.kind !== 'sent')
    deps.log.warn({ messageId: attempt.messageId, kind: outcome.kind }, 'a reply did not go out at once');
  await settleAttempt(agency, attempt, outcome, deps.clock());
  deps.onCommitted(agency.agencyId);
}

async function callChannel(deps: SenderDeps, agency: AgencyStore, attempt: Attempt): Promise<SendOutcome> {
  let account: ChannelAccount | null;
  try {
    account = await agency.read((tx) => deps.openAccount(tx, attempt.accountId));
  } catch (error) {
    deps.log.error({ accountId: attempt.accountId, err: error }, 'the token of an account could not be opened');
    return { kind: 'not_sent', why: because('not_sent.sign_in_unreadable') };
  }
  if (account === null) return { kind: 'reauth', why: because('reauth_required.none') };
  const { to, text, mode, messageId } = attempt;
  return deps.channels.send(account, { to, text, mode, clientReference: messageId });
}

async function lookUp(deps: SenderDeps, agency: AgencyStore, message: Unconfirmed): Promise<boolean> {
  const account = await agency.read((tx) => deps.openAccount(tx, message.accountId));
  await look(agency, deps, account, message);
  deps.onCommitted(agency.agencyId);
  return true;
}
