import type { Channel } from '@transom/shared';
import type { ChannelAccount } from '../../../outbound/channel-port.ts';
import { appSecretProof } from '../signature.ts';

/** Where Meta is. Addresses without version; a stand-in for Meta has others. */
export type GraphSettings = {
  readonly facebookGraphUrl: string;
  readonly instagramGraphUrl: string;
  readonly version: string;
  readonly facebookAppSecret: string;
  /** Needed with the secret to ask who signed in for a Page; null where it is not set. */
  readonly facebookAppId: string | null;
  /** Hears how Meta dates each answer by its own clock, and how long the call took. */
  readonly noteDated?: (at: number, tookMs: number) => void;
};

/** Who calls: the fields of an account that an address is made of. */
export type Caller = Pick<ChannelAccount, 'channel' | 'token'>;

/** Begins with a word character, so that `..` is no id; nothing in it can end a path segment or begin a query. */
const idFormat = /^\w[\w.:=-]*$/;

export function isGraphId(id: string): boolean {
  return id.length <= 500 && idFormat.test(id);
}

/** What a header can carry. A token that fails this came out of the vault damaged. */
export function isUsableToken(token: string): boolean {
  return /^[\w.|~+/=-]+$/.test(token);
}

/**
 * The address of a node or edge (`path`: ids and edge names) for this caller. Instagram accounts are reached on Instagram's
 * host with the token alone, Pages on Facebook's with a proof that we know the app's secret: an app can demand it, and it
 * does no harm where it does not.
 */
export function graphUrl(
  settings: GraphSettings,
  caller: Caller,
  path: readonly string[],
  query: Readonly<Record<string, string>> = {},
): URL {
  const { base, proof } = hostOf(settings, caller);
  if (!path.every(isGraphId)) throw new Error('An id for the Graph API has characters that no id of Meta has.');
  const url = new URL(`${base.replace(/\/+$/, '')}/${settings.version}/${path.map(encodeURIComponent).join('/')}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  if (proof !== null) url.searchParams.set('appsecret_proof', proof);
  return url;
}

function hostOf(settings: GraphSettings, { channel, token }: Caller): { base: string; proof: string | null } {
  switch (channel satisfies Channel) {
    case 'instagram':
      return { base: settings.instagramGraphUrl, proof: null };
    case 'facebook': {
      const secret = settings.facebookAppSecret;
      return { base: settings.facebookGraphUrl, proof: secret === '' ? null : appSecretProof(token, secret) };
    }
    case 'internal':
      throw new Error('The internal channel has no Graph API: nothing of it may come here.');
  }
}
