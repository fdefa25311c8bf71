import type { Stack } from '../../stack/stack.ts';
import type { Target } from '../load/signed-requests.ts';

/** Where and how Meta would send webhooks for this stack's Instagram account. */
export function relayTarget(stack: Stack): Target {
  const account = stack.accounts.find(({ channel }) => channel === 'instagram');
  const secret = stack.env['INSTAGRAM_APP_SECRET'];
  if (account === undefined || secret === undefined) throw new Error('The stack has no Instagram account.');
  return { path: '/api/webhooks/instagram', accountNativeId: account.nativeId, secret };
}
