import type { Identities, Identity } from './identities/identities.ts';
import type { SecretStore } from './ports.ts';

/**
 * The device token in the keychain. Each pairing has a name of its own there, so that the new token is stored before the old one is
 * deleted; one write of identities.json decides which one counts. Unused tokens are noted there until they are deleted.
 */
/** The name under which desks of the first version keep their token. */
const firstTokenName = 'device-token';
const tokenNameOf = (deviceId: string): string => `${firstTokenName}-${deviceId}`;

export type SignIn = ReturnType<typeof signIn>;

export function signIn(secrets: SecretStore, identities: Identities) {
  async function removeTokens(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    for (const name of names) await secrets.delete(name);
    // A keychain that cannot be used in this run still has them.
    if (secrets.place === 'keychain') identities.tokensForgotten(names);
  }
  const namesOf = (identity: Identity | null): string[] => [
    firstTokenName,
    ...(identity === null ? [] : [tokenNameOf(identity.deviceId)]),
  ];

  return {
    async token({ deviceId }: Identity): Promise<string | null> {
      const token = await secrets.get(tokenNameOf(deviceId));
      if (token !== null || identities.tokensToForget().includes(firstTokenName)) return token;
      return secrets.get(firstTokenName);
    },
    keep: ({ deviceId }: Identity, token: string) => secrets.set(tokenNameOf(deviceId), token),
    /** From now on `next` works here, or nobody. The files in the folders follow (`settleDevice`). */
    change(next: Identity | null): void {
      const kept = next === null ? [] : [tokenNameOf(next.deviceId)];
      // Including what an earlier change left in the keychain.
      const unused = [...new Set([...identities.tokensToForget(), ...namesOf(identities.present())])];
      identities.change(
        next,
        unused.filter((name) => !kept.includes(name)),
      );
    },
    /** What an earlier change left behind. */
    removeUnused: () => removeTokens(identities.tokensToForget()),
    /** The commit did not happen, so its token is useless. */
    giveUp: ({ deviceId }: Identity) => secrets.delete(tokenNameOf(deviceId)),
    remove: (identity: Identity | null) => removeTokens(namesOf(identity)),
  };
}
