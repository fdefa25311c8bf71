import { refuse } from '@transom/shared';
import type { Log } from './ports.ts';
import type { SignIn } from './sign-in.ts';
import { type PairAnswer, pairDevice } from './sync/pair.ts';
import type { ProposedTokens } from './sync/proposed-tokens.ts';

/** The old pairing stays valid until the keychain has the new token; then a single write switches over. */
export async function pairAgain(
  desk: {
    readonly token: SignIn;
    readonly proposed: ProposedTokens;
    readonly log: Log;
    readonly failed: (error: unknown) => void;
  },
  request: { relayUrl: string; code: string; name: string },
): Promise<PairAnswer> {
  const { token, log } = desk;
  const answer = await pairDevice(request, desk.proposed);
  if (!answer.ok) return answer;
  try {
    await token.keep(answer.identity, answer.token);
  } catch (error) {
    log('warn', 'the keychain did not take the sign-in', { error: error instanceof Error ? error.name : 'unknown' });
    return { ok: false, refusal: refuse('not_stored.keychain') };
  }
  try {
    token.change(answer.identity);
  } catch (error) {
    desk.failed(error);
    // A retry with the same code uses the same name in the keychain.
    await token.giveUp(answer.identity).catch(() => log('warn', 'a token that nobody uses is still in the keychain'));
    return { ok: false, refusal: refuse('not_stored.files') };
  }
  desk.proposed.forget();
  return answer;
}
