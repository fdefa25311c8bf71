import type { FastifyInstance } from 'fastify';
import type { ChannelConnector } from '../channels/channel.ts';
import type { Clock } from '../clock.ts';
import type { Allowances } from '../fair-share/allowance.ts';
import type { Inbox } from '../inbox/inbox.ts';
import type { TakeOut } from '../intake/words-taken-back.ts';
import type { Logger } from '../log.ts';
import type { ChannelPort } from '../outbound/channel-port.ts';
import { authenticate } from '../people/devices.ts';
import type { Settings } from '../settings.ts';
import type { Store } from '../store/port.ts';
import type { Vault } from '../vault/vault.ts';
import { commandRoutes } from './command-routes.ts';
import { connectRoutes } from './connect-routes.ts';
import { conversationRoutes } from './conversation-routes.ts';
import { deviceRoutes } from './device-routes.ts';
import { healthRoutes } from './health-routes.ts';
import { messageRoutes } from './message-routes.ts';
import type { Metrics } from './metrics.ts';
import { describeApi, openapiRoute } from './openapi.ts';
import { answerProblems } from './problems.ts';
import { mount, type Route } from './route.ts';

export type ApiDeps = {
  readonly store: Store;
  readonly vault: Vault;
  readonly inbox: Inbox;
  readonly channels: ChannelPort;
  readonly connectors: readonly ChannelConnector[];
  /** What platforms require of every app. */
  readonly duties: readonly Duties[];
  /** Takes the words of people who are erased out of stored webhooks. */
  readonly takeOut: TakeOut;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly allowances: Allowances;
  /** Called after a commit of these routes that desks must learn of. */
  readonly onCommitted: () => void;
  /** Called after a device was revoked: its sockets must be closed at once. */
  readonly onDeviceRevoked: (deviceId: string) => void;
};

/** Calls that a platform makes on its own; `resume` finishes requests that an earlier run left open. */
export type Duties = { routes(deps: ApiDeps): Route[]; resume(deps: ApiDeps): void };

/**
 * Mounts the HTTP API. Call it before other parts are registered on `app`, so that they too answer with problem documents.
 * `app` needs fastify's `trustProxy` from `trustedHop`, or all callers behind a proxy share one address.
 */
export async function registerApi(app: FastifyInstance, deps: ApiDeps): Promise<void> {
  answerProblems(app, deps.log);
  const routes: Route[] = [
    ...deviceRoutes(deps),
    ...conversationRoutes(deps),
    ...messageRoutes(deps),
    ...commandRoutes(deps),
    ...connectRoutes(deps),
    ...deps.duties.flatMap((duties) => duties.routes(deps)),
    ...healthRoutes(deps),
    openapiRoute(() => description),
  ];
  const description = describeApi(routes, deps.connectors);
  app.decorateRequest('actor', null);
  const door = { ...deps, authenticate: (token: string) => authenticate(deps.store, token) };
  const mountAll = (scope: FastifyInstance, some: readonly Route[]) => {
    for (const route of some) mount(scope, route, door);
  };
  const isForm = (route: Route) => route.bodyType !== undefined && route.bodyType !== 'application/json';
  await app.register(async (scope) =>
    mountAll(
      scope,
      routes.filter((route) => !isForm(route)),
    ),
  );
  // Meta's duties come as forms; no other route takes forms.
  await app.register(async (scope) => {
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(body.toString()))),
    );
    mountAll(scope, routes.filter(isForm));
  });
  app.addHook('onReady', async () => {
    for (const duties of deps.duties) duties.resume(deps);
  });
}
