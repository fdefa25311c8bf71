import { AgencyRounds } from '../agency-rounds.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { AgencyStore, AgencyTx, Store } from '../store/port.ts';
import { startAttempts, type Attempt } from './attempts.ts';
import type { ChannelAccount, ChannelPort, SendOutcome } from './channel-port.ts';
import { settleAttempt } from './outcomes.ts';
import { adoptOrphans, dueLooks, look } from './reconcile.ts';

export type SenderDeps = {
  readonly store: Store;
  readonly channels: ChannelPort;
  readonly clock: Clock;
  readonly log: Logger;
  /** The account with its token opened; null where there is none. */
  readonly openAccount: (tx: AgencyTx, accountId: string) => Promise<ChannelAccount | null>;
  readonly onCommitted: (agencyId: string) => void;
};

/** Replies of different conversations under way at once, for one agency. Order inside a conversation is kept by the queue. */
const atOnce = 8;
const pollMs = 2_000;

/**
 * Works off the outbound queue of every agency. The queue is the messages table, and only what a person asked for is ever in it:
 * the commands of the inbox are the one writer of `queued`. This file decides when to look, `attempts.ts` what may go,
 * `outcomes.ts` what became of it, `reconcile.ts` what to do when nobody knows.
 */
export function createSender(deps: SenderDeps) {
  const rounds = new AgencyRounds({ store: deps.store, log: deps.log, pollMs, round: (agency) => sendRound(deps, agency) });
  return {
    /** At start this process alone holds the database: whatever says `sending`, nobody is sending. */
    async start(): Promise<void> {
      const rows = await deps.store.read((tx) => tx.all<{ id: string }>(`select id from agencies`));
      for (const { id } of rows) await adoptOrphans(deps.store.forAgency(id), deps.clock(), Number.MAX_SAFE_INTEGER);
      rounds.start();
    },
    poke: (agencyId: string) => rounds.poke(agencyId),
    /** Waits for calls under way; what is still `sending` after that is looked up at the next start. */
    close: () => rounds.close(),
  };
}

async function sendRound(deps: SenderDeps, agency: AgencyStore): Promise<void> {
  for (;;) {
    const attempts = await startAttempts(agency, deps.clock(), atOnce);
    if (attempts.length === 0) break;
    deps.onCommitted(agency.agencyId);
    await Promise.all(attempts.map((attempt) => send(deps, agency, attempt)));
  }
  await adoptOrphans(agency, deps.clock(), deps.clock());
  await lookUp(deps, agency);
}

async function send(deps: SenderDeps, agency: AgencyStore, attempt: Attempt): Promise<void> {
  const account = await agency.read((tx) => deps.openAccount(tx, attempt.accountId));
  const outcome: SendOutcome =
    account === null
      ? { kind: 'reauth', detail: 'The account has no token that can be opened. Connect it again.' }
      : await deps.channels.send(account, {
          to: attempt.to,
          text: attempt.text,
          humanAgent: attempt.humanAgent,
          clientReference: attempt.messageId,
        });
  if (outcome.kind !== 'sent') deps.log.warn({ messageId: attempt.messageId, kind: outcome.kind }, 'a reply did not go out at once');
  await settleAttempt(agency, attempt, outcome, deps.clock());
  deps.onCommitted(agency.agencyId);
}

async function lookUp(deps: SenderDeps, agency: AgencyStore): Promise<void> {
  for (const message of await agency.read((tx) => dueLooks(tx, deps.clock()))) {
    const account = await agency.read((tx) => deps.openAccount(tx, message.accountId));
    await look(agency, deps.channels, account, message, deps.clock);
    deps.onCommitted(agency.agencyId);
  }
}
