/** Meta's channels; the domain's `internal` never comes from there. */
export type SimulatedChannel = 'instagram' | 'facebook';

const tokenLifeMs = 60 * 24 * 60 * 60 * 1_000;

export type Account = {
  readonly channel: SimulatedChannel;
  /** Instagram: `user_id`, the id in webhooks. Facebook: the Page id. */
  readonly nativeId: string;
  /** Instagram's `id`, which differs from `user_id` and is never in a webhook. The Page id for a Page. */
  readonly appScopedId: string;
  /** The app-scoped id of the person who signed in to connect it, which deauthorize and deletion requests name. */
  readonly connectedBy: string;
  readonly name: string;
  readonly username: string | null;
  /** Meta granted the Human Agent feature. */
  readonly humanAgentApproved: boolean;
  /** Newest token first; refreshing leaves the older ones valid until they expire. */
  readonly tokens: { readonly value: string; readonly issuedAt: number }[];
  tokenRevoked: boolean;
  subscribedFields: readonly string[];
  /** Webhooks of this account wait until it is subscribed, for a world whose relay learns of its accounts later. */
  waitsForSubscription: boolean;
};

export type TokenState = 'valid' | 'revoked' | 'expired';

/** Page tokens made from a long-lived user token do not expire; Instagram's live 60 days (Business Login page, 2026). */
export function tokenStateOf(account: Account, token: string, now: number): TokenState {
  if (account.tokenRevoked) return 'revoked';
  const issued = account.tokens.find(({ value }) => value === token);
  const expired = account.channel === 'instagram' && issued !== undefined && now >= issued.issuedAt + tokenLifeMs;
  return expired ? 'expired' : 'valid';
}

export const tokenLifeSeconds = tokenLifeMs / 1_000;
