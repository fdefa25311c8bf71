import { refuse } from '@transom/shared';
import type { Identity } from './cache/queries/local.ts';
import type { Store } from './cache/store.ts';
import type { SecretStore } from './ports.ts';
import { holdWithdrawn } from './withdrawals.ts';

/**
 * The device token in the keychain. Each pairing has a name of its own there, so that the new token is stored before the old one is
 * given up; one commit in local.db decides which of them counts. Tokens that are no longer used are noted there until they are deleted.
 */
/** The name under which desks of the first version keep theirs. */
const firstTokenName = 'device-token';
const tokenNameOf = (deviceId: string): string => `${firstTokenName}-${deviceId}`;

/** Why a message is held whose device was cut off. One that was tried may have reached the relay. */
export const cutOff = {
  untried: refuse('unauthorized.cut_off'),
  tried: refuse('unauthorized.cut_off_unanswered'),
};

export type SignIn = ReturnType<typeof signIn>;

export function signIn(secrets: SecretStore, store: Store) {
  async function removeTokens(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    for (const name of names) await secrets.delete(name);
    // A keychain that cannot be used in this run still has them.
    if (secrets.place === 'keychain') store.local.tokensForgotten(names);
  }
  const namesOf = (identity: Identity | null): string[] => [
    firstTokenName,
    ...(identity === null ? [] : [tokenNameOf(identity.deviceId)]),
  ];

  return {
    async token({ deviceId }: Identity): Promise<string | null> {
      const token = await secrets.get(tokenNameOf(deviceId));
      if (token !== null || store.local.tokensToForget().includes(firstTokenName)) return token;
      return secrets.get(firstTokenName);
    },
    keep: ({ deviceId }: Identity, token: string) => secrets.set(tokenNameOf(deviceId), token),
    /** From here on this device is `next`, or nobody: one commit. Unsent words and those being taken back are kept, and held. */
    change(before: Identity | null, next: Identity | null): void {
      const kept = next === null ? [] : [tokenNameOf(next.deviceId)];
      // Including what an earlier change left in the keychain.
      const unused = [...new Set([...store.local.tokensToForget(), ...namesOf(before)])].filter(
        (name) => !kept.includes(name),
      );
      store.local.inOneCommit(() => {
        if (before !== null) store.outbox.holdAll(cutOff);
        holdWithdrawn(store);
        store.local.changeIdentity(next, unused);
      });
    },
    /** What an earlier change left behind. */
    removeUnused: () => removeTokens(store.local.tokensToForget()),
    /** The commit did not happen, so its token is useless. */
    giveUp: ({ deviceId }: Identity) => secrets.delete(tokenNameOf(deviceId)),
    remove: (identity: Identity | null) => removeTokens(namesOf(identity)),
  };
}
