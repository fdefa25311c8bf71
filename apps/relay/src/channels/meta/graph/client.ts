import { because } from '@transom/shared';
import type { ChannelCalls, ChannelHooks } from '../../channel.ts';
import { type Ask, askedOf, identify, readSignedInBy, subscribe } from './account.ts';
import { type GraphSettings, graphUrl, isGraphId, isUsableToken } from './address.ts';
import { callGraph } from './call.ts';
import { readProfile, readSent } from './conversation.ts';
import { sendMessage } from './send.ts';

type GraphClientOptions = ChannelHooks & Pick<GraphSettings, 'url' | 'appId' | 'appSecret' | 'dialect'>;

/** Part of each address. v26.0 is from 29 July 2026 and lasts at least two years. */
const version = 'v26.0';

/** Meta's Graph API as one channel's calls. They never reject because of what Meta or the network does. */
export function createGraphClient({ timeoutMs = 15_000, ...options }: GraphClientOptions): ChannelCalls {
  const settings: GraphSettings = { ...options, version };
  const { dialect, noteServerDate } = settings;
  const ask: Ask = async (token, method, path, query) => {
    if (!isUsableToken(token)) return { ok: false, why: because('reauth_required.characters') };
    if (!path.every(isGraphId)) return { ok: false, why: because('invalid.id') };
    const url = graphUrl(settings, token, path, query);
    return askedOf(await callGraph({ method, url, token }, timeoutMs, noteServerDate));
  };
  return {
    send: (account, message) => sendMessage(settings, timeoutMs, account, message),
    readSent: (account, contactId) => readSent(ask, dialect, account, contactId),
    identify: (token) => identify(ask, dialect, token),
    readSignedInBy: (token) => readSignedInBy(ask, settings, token),
    subscribe: (account) => subscribe(ask, dialect, account),
    readProfile: (account, contactId) => readProfile(ask, dialect, account, contactId),
  };
}
