import { refuse } from '@transom/shared';
import * as z from 'zod';
import { beginSignIn } from '../accounts/sign-in.ts';
import type { ChannelConnector } from '../channels/channel.ts';
import type { ApiDeps } from './register-api.ts';
import { type Route, route } from './route.ts';

/** Where the browser is sent back to; it must be registered with the channel's app, character for character. */
function redirectUri(publicUrl: string, channel: string): string {
  return `${publicUrl}/api/${channel}/callback`;
}

export function connectRoutes(deps: ApiDeps): Route[] {
  return deps.connectors.map((connector) => connectRoute(deps, connector));
}

function connectRoute({ store, clock, settings: { publicUrl } }: ApiDeps, { name, signIn }: ChannelConnector): Route {
  return route({
    method: 'POST',
    path: `/api/${name}/connect`,
    summary: `Begin to connect an account with ${name}: open the address in the system browser`,
    access: 'owner',
    answer: { statuses: [200], type: 'application/json', schema: z.object({ authorizeUrl: z.string() }) },
    refusals: ['not_configured'],
    async handle({ actor }) {
      if (signIn.missing !== null || publicUrl === null) {
        const missing = signIn.missing ?? 'PUBLIC_URL';
        return {
          refusal: refuse('not_configured.setting', { setting: missing }),
        };
      }
      const state = await beginSignIn(store, actor, name, clock());
      const authorizeUrl = signIn.authorizeUrl({ redirectUri: redirectUri(publicUrl, name), state });
      return { status: 200, body: { authorizeUrl } };
    },
  });
}
