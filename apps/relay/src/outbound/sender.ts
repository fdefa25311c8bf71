import { AgencyRounds } from '../agency-rounds.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { AgencyStore, AgencyTx, Store } from '../store/port.ts';
import { type Attempt, startAttempts } from './attempts.ts';
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

/** Calls to the channel under way at once. Order inside a conversation is kept by the queue, which gives out one at a time. */
const atOnce = 16;
const pollMs = 2_000;

/**
 * Works off the outbound queue of every agency. The queue is the messages table, and only what a person asked for is ever in it:
 * the commands of the inbox are the one writer of `queued`. This file decides when to look, `attempts.ts` what may go,
 * `outcomes.ts` what became of it, `reconcile.ts` what to do when nobody knows.
 */
export function createSender(deps: SenderDeps) {
  const { store, log, clock } = deps;
  const underWay = new Set<Promise<void>>();
  const sends = new AgencyRounds({ store, log, pollMs, round: startSends });
  // Looking up has rounds of its own: a channel that answers slowly must not hold up what people send meanwhile.
  const looks = new AgencyRounds({ store, log, pollMs, round: (agency) => lookUp(deps, agency) });

  async function startSends(agency: AgencyStore): Promise<void> {
    if (underWay.size >= atOnce) return;
    const attempts = await startAttempts(agency, clock(), atOnce - underWay.size);
    for (const attempt of attempts) {
      const sent = send(deps, agency, attempt)
        .catch((error: unknown) =>
          log.error({ messageId: attempt.messageId, err: error }, 'an attempt was not settled; it will be looked up'),
        )
        .finally(() => {
          underWay.delete(sent);
          sends.poke(agency.agencyId);
        });
      underWay.add(sent);
    }
    if (attempts.length > 0) deps.onCommitted(agency.agencyId);
  }

  return {
    /** At start this process alone holds the database: whatever says `sending`, nobody is sending. */
    async start(): Promise<void> {
      const rows = await store.read((tx) => tx.all<{ id: string }>(`select id from agencies`));
      for (const { id } of rows) await adoptOrphans(store.forAgency(id), clock(), Number.MAX_SAFE_INTEGER);
      sends.start();
      looks.start();
    },
    /** A person asked for something to be sent, or time has passed. */
    poke(agencyId: string): void {
      sends.poke(agencyId);
      looks.poke(agencyId);
    },
    /** Waits for calls under way; what is still `sending` after that is looked up at the next start. */
    async close(): Promise<void> {
      await Promise.all([sends.close(), looks.close()]);
      await Promise.all(underWay);
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
    return { kind: 'not_sent', detail: 'The relay could not open the token of this account. It tries again.' };
  }
  if (account === null) return { kind: 'reauth', detail: 'The account has no token. Connect it again.' };
  const { to, text, humanAgent, messageId } = attempt;
  return deps.channels.send(account, { to, text, humanAgent, clientReference: messageId });
}

async function lookUp(deps: SenderDeps, agency: AgencyStore): Promise<void> {
  await adoptOrphans(agency, deps.clock(), deps.clock());
  for (const message of await agency.read((tx) => dueLooks(tx, deps.clock()))) {
    const account = await agency.read((tx) => deps.openAccount(tx, message.accountId));
    await look(agency, deps.channels, account, message, deps.clock);
    deps.onCommitted(agency.agencyId);
  }
}
