import type { ChannelPort } from '../../outbound/channel-port.ts';
import { channelDefinitions, connectChannels, joinCalls } from '../all.ts';
import type { ChannelConnector, ChannelHooks, ChannelSettings } from '../channel.ts';

const nothing: ChannelSettings = { appId: null, appSecrets: [], webhookToken: null, apiUrl: 'http://127.0.0.1:1' };

/** Every channel, some of them with these settings. */
export function connectorsWith(
  some: Readonly<Record<string, Partial<ChannelSettings>>>,
  hooks: ChannelHooks = {},
): readonly ChannelConnector[] {
  const settings = channelDefinitions.map(({ name }) => [name, { ...nothing, ...some[name] }]);
  return connectChannels(Object.fromEntries(settings), hooks);
}

type Addresses = ChannelHooks & {
  readonly instagramGraphUrl: string;
  readonly facebookGraphUrl: string;
  readonly facebookAppSecret: string;
  readonly facebookAppId?: string;
};

/** The calls of every channel, to a stand-in for Meta. */
export function callsTo({ instagramGraphUrl, facebookGraphUrl, facebookAppSecret, ...rest }: Addresses): ChannelPort {
  const { facebookAppId = null, ...hooks } = rest;
  return joinCalls(
    connectorsWith(
      {
        instagram: { apiUrl: instagramGraphUrl },
        facebook: { apiUrl: facebookGraphUrl, appSecrets: [facebookAppSecret], appId: facebookAppId },
      },
      hooks,
    ),
  );
}
