import type { Account } from '@transom/shared';
import { createStore } from 'zustand/vanilla';
import type { Session } from '../../contract/views.ts';
import type { CoreClient } from '../core-client.ts';
import { sentence } from '../text/sentence.ts';
import { text, type Words } from '../text/spoken.ts';

export type PairingInput = { readonly relayUrl: string; readonly code: string; readonly name: string };
export type Pairing =
  | { readonly kind: 'idle' }
  | { readonly kind: 'working' }
  | { readonly kind: 'refused'; readonly why: Words };

export type SessionState = {
  /** Null until the core has answered for the first time. */
  readonly session: Session | null;
  /** Whether the window has its pipe to the core. */
  readonly isLinked: boolean;
  readonly pairing: Pairing;
  load(): Promise<void>;
  apply(session: Session): void;
  applyAccounts(accounts: readonly Account[]): void;
  setLinked(isLinked: boolean): void;
  pair(input: PairingInput): Promise<void>;
  /** Resolves to null when the relay accepted it, else to the reason in words. */
  setHumanAgent(accountId: string, approved: boolean): Promise<Words | null>;
  accountOf(accountId: string): Account | null;
};
export function createSessionStore(client: CoreClient) {
  return createStore<SessionState>()((set, get) => ({
    session: null,
    isLinked: false,
    pairing: { kind: 'idle' },
    load: async () => set({ session: await client.call('session.get', {}) }),
    apply: (session) => set({ session }),
    applyAccounts: (accounts) => {
      const { session } = get();
      if (session !== null) set({ session: { ...session, accounts: [...accounts] } });
    },
    setLinked: (isLinked) => set({ isLinked }),
    pair: async ({ relayUrl, code, name }) => {
      set({ pairing: { kind: 'working' } });
      try {
        const outcome = await client.call('session.pair', {
          relayUrl: relayUrl.trim(),
          code: code.trim(),
          name: name.trim(),
        });
        set({ pairing: outcome.ok ? { kind: 'idle' } : { kind: 'refused', why: () => sentence(outcome.refusal) } });
        if (outcome.ok) await get().load();
      } catch {
        set({ pairing: { kind: 'refused', why: () => text.pairing.noAnswer } });
      }
    },
    setHumanAgent: async (accountId, approved) => {
      const outcome = await client.call('account.human_agent', { accountId, approved }).catch(() => null);
      if (outcome === null) return () => text.notice.notReached;
      return outcome.ok ? null : () => sentence(outcome.refusal);
    },
    accountOf: (accountId) => get().session?.accounts.find(({ id }) => id === accountId) ?? null,
  }));
}
