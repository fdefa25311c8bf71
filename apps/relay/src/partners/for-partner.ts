import {
  type AccountRules,
  accountStateSchema,
  areRulesKnown,
  directWindowMs,
  escalateBeforeMs,
  humanAgentWindowMs,
  policyOf,
} from '@transom/shared';
import { readPolicy } from '../ledger/documents/policy.ts';
import type { SqlParams, Store } from '../store/port.ts';
import { type PartnerTx, partnerTx } from './partner-tx.ts';

type AccountState = (typeof accountStateSchema.options)[number];

/** How a business is doing, in numbers. */
export type Glance = {
  readonly agencyId: string;
  /** Conversations that wait for an answer that can still be given, and those of them whose window closes within four hours. */
  readonly needAnswer: number;
  readonly closing: number;
  /** Somebody waited, and the window closed. */
  readonly missed: number;
  /** Since when the first of those who can still be answered has waited (ms since 1970); null if nobody waits. */
  readonly oldestSinceAt: number | null;
  /** How many accounts there are in each state. */
  readonly accounts: Readonly<Record<AccountState, number>>;
};

/**
 * What a partner may read: counts, deadlines and states of the businesses that let them, and never a name, text or id of anybody who
 * writes. Each call checks the grant in the transaction in which it reads.
 */
export function forPartner(store: Store, partnerId: string) {
  return {
    partnerId,
    /** The businesses whose grant is open. */
    businesses: () => store.read((tx) => partnerTx(tx, partnerId).businesses()),
    /** Null if no grant is open. `now` is the relay's time, ms. */
    glance: (agencyId: string, now: number): Promise<Glance | null> =>
      store.read(async (tx) => {
        const partner = partnerTx(tx, partnerId);
        return (await partner.isGranted(agencyId)) ? glance(partner, agencyId, now) : null;
      }),
  };
}

type Rules = { id: string; channel: string; policy: string | null; humanAgentApproved: number };
type Waiting = Pick<Glance, 'needAnswer' | 'closing' | 'missed' | 'oldestSinceAt'>;

async function glance(partner: PartnerTx, agencyId: string, now: number): Promise<Glance> {
  const total = { needAnswer: 0, closing: 0, missed: 0, oldestSinceAt: null as number | null };
  for (const rules of await partner.ask<Rules>('rules', agencyId)) {
    const params = { accountId: rules.id, now, escalateBeforeMs, ...lengthsOfWindows(rules) };
    for (const waiting of await partner.ask<Waiting>('waiting', agencyId, params)) {
      total.needAnswer += waiting.needAnswer;
      total.closing += waiting.closing;
      total.missed += waiting.missed;
      total.oldestSinceAt = earliest(total.oldestSinceAt, waiting.oldestSinceAt);
    }
  }
  const accounts: Record<AccountState, number> = { connected: 0, reauth_required: 0, disconnected: 0 };
  for (const { state, count } of await partner.ask<{ state: string; count: number }>('accounts', agencyId)) {
    const known = accountStateSchema.safeParse(state);
    if (known.success) accounts[known.data] = count;
  }
  return { agencyId, ...total, accounts };
}

function lengthsOfWindows({ channel, policy, humanAgentApproved }: Rules): SqlParams {
  const account: AccountRules = { channel, policy: readPolicy(policy), humanAgentApproved: humanAgentApproved === 1 };
  return {
    areRulesKnown: areRulesKnown(account) ? 1 : 0,
    standardMs: directWindowMs({ byAd: false }, account),
    adMs: directWindowMs({ byAd: true }, account),
    humanAgentMs: humanAgentWindowMs(account),
    privateReplyMs: policyOf(account).windows.private_reply?.lastsMs ?? null,
  };
}

function earliest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}
