import { randomBytes } from 'node:crypto';
import { plainCode } from '@transom/shared';

/**
 * The tokens that this desk made for its pairings under way, one for each relay and code. The relay knows by it that the same desk asks
 * again, so an attempt whose answer got lost, or that the keychain did not take, may be made again with the same code. They are held
 * in memory only: until there is a device, a token has no business on a disk.
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
    /** A pairing is complete: what was tried on the way to it is no longer of use. */
    forget: () => made.clear(),
  };
}
export type ProposedTokens = ReturnType<typeof proposedTokens>;
