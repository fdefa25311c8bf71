import type { ChannelPolicy } from '@transom/shared';
import type { ChannelDefinition, ChannelSettings, WebhookScheme } from '../channel.ts';
import { createGraphClient } from './graph/client.ts';
import type { GraphDialect } from './graph/dialect.ts';
import { answerHandshake } from './handshake.ts';
import { looksSigned, signatureHeader, verifySignature } from './signature.ts';

/** What distinguishes one of Meta's channels from another. */
export type MetaChannel = {
  readonly name: string;
  readonly policy: ChannelPolicy;
  /** The prefix of its variables: `PREFIX_APP_ID`, `PREFIX_APP_SECRET`, `PREFIX_WEBHOOK_TOKEN`. */
  readonly prefix: string;
  readonly graphUrl: { readonly variable: string; readonly usual: string };
  readonly webhookPaths: readonly string[];
  readonly dialect: GraphDialect;
  /** The page where people sign in, and the only permissions that Transom asks for. */
  readonly signIn: { readonly url: string; readonly scopes: readonly string[] };
};

export const metaScheme: WebhookScheme = {
  header: signatureHeader,
  looksSigned,
  verify: verifySignature,
  answerHandshake,
};

export function metaChannel(channel: MetaChannel): ChannelDefinition {
  const { name, policy, prefix, graphUrl, dialect, signIn } = channel;
  const names = { appId: `${prefix}_APP_ID`, secret: `${prefix}_APP_SECRET`, token: `${prefix}_WEBHOOK_TOKEN` };
  return {
    name,
    policy,
    readSettings: (read) => ({
      appId: read.text(names.appId),
      appSecrets: (read.text(names.secret)?.split(',') ?? []).map((each) => each.trim()).filter((each) => each !== ''),
      webhookToken: read.text(names.token),
      apiUrl: read.url(graphUrl.variable) ?? graphUrl.usual,
    }),
    missingToReceive: ({ appSecrets, webhookToken }) => [
      ...(appSecrets.length === 0 ? [names.secret] : []),
      ...(webhookToken === null ? [names.token] : []),
    ],
    connect: (settings, hooks) => ({
      name,
      policy,
      webhook: {
        paths: channel.webhookPaths,
        scheme: metaScheme,
        secrets: secretsOf(name, settings),
        verifyToken: settings.webhookToken,
      },
      signIn: {
        missing: settings.appId === null ? names.appId : null,
        authorizeUrl: ({ redirectUri, state }) => {
          const url = new URL(signIn.url);
          url.searchParams.set('client_id', settings.appId ?? '');
          url.searchParams.set('redirect_uri', redirectUri);
          url.searchParams.set('response_type', 'code');
          url.searchParams.set('scope', signIn.scopes.join(','));
          url.searchParams.set('state', state);
          return url.href;
        },
      },
      calls: createGraphClient({
        ...hooks,
        url: settings.apiUrl,
        appId: settings.appId,
        appSecret: settings.appSecrets[0] ?? '',
        dialect,
      }),
    }),
  };
}

function secretsOf(name: string, { appSecrets }: ChannelSettings) {
  return appSecrets.map((secret, index) => ({ name: index === 0 ? name : `${name}-previous`, secret }));
}
