import type { Truth } from '../truth/truth.ts';
import { type GraphAnswer, graphError, invalidParameter, ok } from './answers.ts';

/**
 * What Meta tells an app about one of its tokens: who signed in, for which Page. The caller's token is `APPID|APPSECRET`
 * (Access Token Debugging page, 2026).
 */
export function debugToken(
  truth: Truth,
  appSecret: string,
  { callerToken, inputToken }: { readonly callerToken: unknown; readonly inputToken: unknown },
): GraphAnswer {
  if (typeof callerToken !== 'string' || callerToken.split('|')[1] !== appSecret)
    return graphError(190, 'Invalid OAuth access token signature.');
  if (typeof inputToken !== 'string') return invalidParameter('The parameter input_token is required.');
  const account = truth.accountOfToken(inputToken);
  if (account === undefined)
    return ok({ data: { is_valid: false, error: { code: 190, message: 'Malformed access token' } } });
  return ok({
    data: {
      type: 'PAGE',
      is_valid: !account.tokenRevoked,
      profile_id: account.nativeId,
      user_id: account.connectedBy,
    },
  });
}
