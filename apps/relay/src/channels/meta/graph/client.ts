import type { ChannelPort } from '../../../outbound/channel-port.ts';
import { type Ask, askedOf, identify, readSignedInBy, subscribe } from './account.ts';
import { type GraphSettings, graphUrl, isGraphId, isUsableToken } from './address.ts';
import { callGraph } from './call.ts';
import { readProfile, readSent } from './conversation.ts';
import { sendMessage } from './send.ts';

export type GraphClientOptions = Omit<GraphSettings, 'version' | 'facebookAppId'> & {
  readonly facebookAppId?: string | null;
  /** The version in the addresses; v26.0 is of 29 July 2026 and lasts two years at least. */
  readonly version?: string;
  /** For one whole call, connecting included. */
  readonly timeoutMs?: number;
};

/** Meta's Graph API as the relay's channel. Calls never reject for what Meta or the network does. */
export function createGraphClient({
  version = 'v26.0',
  timeoutMs = 15_000,
  facebookAppId = null,
  ...hosts
}: GraphClientOptions): ChannelPort {
  const settings: GraphSettings = { ...hosts, version, facebookAppId };
  const ask: Ask = async (caller, method, path, query) => {
    if (!isUsableToken(caller.token))
      return {
        ok: false,
        detail: 'The sign-in has characters that no sign-in of Meta has. Connect the account again.',
      };
    if (!path.every(isGraphId))
      return { ok: false, detail: 'This id is not one that Meta makes, so Meta was not asked.' };
    return askedOf(
      await callGraph(
        { method, url: graphUrl(settings, caller, path, query), token: caller.token },
        timeoutMs,
        settings.noteDated,
      ),
    );
  };
  return {
    send: (account, message) => sendMessage(settings, timeoutMs, account, message),
    readSent: (account, contactId) => readSent(ask, account, contactId),
    identify: (channel, token) => identify(ask, channel, token),
    readSignedInBy: (channel, token) => readSignedInBy(ask, settings, channel, token),
    subscribe: (account) => subscribe(ask, account),
    readProfile: (account, contactId) => readProfile(ask, account, contactId),
  };
}
