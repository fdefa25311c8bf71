import { because, minuteMs, type Reason } from '@transom/shared';
import type { Identity } from './identities/identities.ts';
import type { Log, SecretStore } from './ports.ts';
import type { SignIn } from './sign-in.ts';

/** A keychain that has not answered for this long is asked once more when the person comes back. */
const keychainPatienceMs = 2 * minuteMs;

export type KeychainAnswer =
  | { readonly kind: 'token'; readonly token: string | null }
  | { readonly kind: 'refused' }
  /** The keychain is already being asked for this device. */
  | { readonly kind: 'asked' };

/** Asks the keychain for the token, one attempt at a time: it may wait for a person. */
export function askKeychain(desk: { readonly secrets: SecretStore; readonly token: SignIn; readonly log: Log }) {
  let asking: { readonly deviceId: string | null; readonly at: number } | null = null;
  return async (identity: Identity | null, onAsking: () => void): Promise<KeychainAnswer> => {
    const deviceId = identity?.deviceId ?? null;
    if (asking?.deviceId === deviceId && performance.now() - asking.at < keychainPatienceMs) return { kind: 'asked' };
    const mine = { deviceId, at: performance.now() };
    asking = mine;
    onAsking();
    try {
      // Even without an identity: the answer shows whether the keychain works before anybody is asked for a code.
      const found = identity === null ? desk.secrets.get('device-token') : desk.token.token(identity);
      return { kind: 'token', token: await found };
    } catch (error) {
      desk.log('warn', 'the keychain did not hand out the sign-in', {
        error: error instanceof Error ? error.name : 'unknown',
      });
      return { kind: 'refused' };
    } finally {
      if (asking === mine) asking = null;
    }
  };
}

/** Why nobody is signed in although this desk was paired. */
export const tokenMissing = ({ place, reason }: SecretStore): Reason =>
  place === 'memory' && reason !== null
    ? { code: 'sign_in_not_at_hand', params: reason.params }
    : because('sign_in_missing');
