import type { ChannelPort } from '../outbound/channel-port.ts';
import type {
  ChannelCalls,
  ChannelConnector,
  ChannelDefinition,
  ChannelHooks,
  ChannelSettings,
  SettingsReader,
} from './channel.ts';
import { facebook, facebookWebhooks } from './facebook/facebook.ts';
import { instagram, instagramWebhooks } from './instagram/instagram.ts';
import { metaNormalizer } from './meta/normalize/delivery.ts';
import { metaTakeOut } from './meta/normalize/take-out.ts';

/** Every channel of this relay. A new one needs a folder and its lines in this file. */
export const channelDefinitions: readonly ChannelDefinition[] = [instagram, facebook];

/** Channels of one family share a webhook format. */
const metaWebhooks = [instagramWebhooks, facebookWebhooks];
export const normalizeDelivery = metaNormalizer(metaWebhooks);
export const takeOut = metaTakeOut(metaWebhooks);

export type SettingsOfChannels = Readonly<Record<string, ChannelSettings>>;

export function readChannelSettings(read: SettingsReader): SettingsOfChannels {
  return Object.fromEntries(channelDefinitions.map((channel) => [channel.name, channel.readSettings(read)]));
}

/** A sentence for each channel that cannot receive because its webhooks could not be verified. */
export function channelsThatCannotReceive(settings: SettingsOfChannels): string[] {
  return channelDefinitions.flatMap((channel) => {
    const missing = channel.missingToReceive(settingsOf(settings, channel));
    return missing.length === 0
      ? []
      : [`${channel.policy.name} cannot receive: set ${missing.join(' and ')} and start the relay again.`];
  });
}

export function connectChannels(settings: SettingsOfChannels, hooks: ChannelHooks = {}): readonly ChannelConnector[] {
  return channelDefinitions.map((channel) => channel.connect(settingsOf(settings, channel), hooks));
}

function settingsOf(settings: SettingsOfChannels, { name }: ChannelDefinition): ChannelSettings {
  const own = settings[name];
  if (own === undefined) throw new Error(`The settings have nothing for the channel ${name}.`);
  return own;
}

/** The calls of all channels behind one port: each goes to the channel that the account or the argument names. */
export function joinCalls(connectors: readonly ChannelConnector[]): ChannelPort {
  const byName = new Map(connectors.map(({ name, calls }) => [name, calls]));
  const callsOf = (name: string): ChannelCalls => {
    const calls = byName.get(name);
    if (calls === undefined) throw new Error(`This relay has no channel ${name}. A newer one wrote that account.`);
    return calls;
  };
  return {
    policies: Object.fromEntries(connectors.map(({ name, policy }) => [name, policy])),
    send: async (account, message) => callsOf(account.channel).send(account, message),
    readSent: async (account, contactId) => callsOf(account.channel).readSent(account, contactId),
    subscribe: async (account) => callsOf(account.channel).subscribe(account),
    readProfile: async (account, contactId) => callsOf(account.channel).readProfile(account, contactId),
    identify: async (channel, token) => callsOf(channel).identify(token),
    readSignedInBy: async (channel, token) => callsOf(channel).readSignedInBy(token),
  };
}
