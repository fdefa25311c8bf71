import { randomBytes } from 'node:crypto';
import { plainCode } from '@transom/shared';

/**
 * The tokens that this desk made for pairings in progress, one for each relay and code. They tell the relay that the same desk asks
 * again, so an attempt whose answer was lost, or that the keychain did not take, may be retried with the same code. They are held in
 * memory only: until there is a device, a token has no business on a disk.
 */
export function proposedTokens() {
  const made = new Map<string, string>();
  return {
    /** 256 random bits: whoever has them is the device. */
    of(relayUrl: string, code: string): string {
      const key = `${relayUrl} ${plainCode(code)}`;
      const token = made.get(key) ?? randomBytes(32).toString('base64url');
      made.set(key, token);
      return token;
    },
    /** A pairing is complete: the tokens of earlier attempts are no longer needed. */
    forget: () => made.clear(),
  };
}
export type ProposedTokens = ReturnType<typeof proposedTokens>;
