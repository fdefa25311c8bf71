import { refuse } from '@transom/shared';
import * as z from 'zod';
import { beginSignIn, type SignInChannel } from '../accounts/sign-in.ts';
import type { ApiDeps } from './register-api.ts';
import { type Route, route } from './route.ts';

/**
 * The permissions that Transom asks for, and no others (Meta's Business Login and Facebook Login pages, read in 2026). The desk
 * says beside the button what each is for.
 */
const signIns = {
  instagram: {
    authorizeUrl: 'https://www.instagram.com/oauth/authorize',
    scopes: ['instagram_business_basic', 'instagram_business_manage_messages', 'instagram_business_manage_comments'],
  },
  facebook: {
    authorizeUrl: 'https://www.facebook.com/v26.0/dialog/oauth',
    scopes: [
      'pages_show_list',
      'pages_manage_metadata',
      'pages_messaging',
      'pages_read_engagement',
      'pages_read_user_content',
    ],
  },
} as const;

/** Where Meta sends the browser back to; it must be registered with the app, letter by letter. */
export function redirectUri(publicUrl: string, channel: SignInChannel): string {
  return `${publicUrl}/api/${channel}/callback`;
}

export function connectRoutes(deps: ApiDeps): Route[] {
  return (['instagram', 'facebook'] as const).map((channel) => connectRoute(deps, channel));
}

function connectRoute({ store, clock, settings }: ApiDeps, channel: SignInChannel): Route {
  return route({
    method: 'POST',
    path: `/api/${channel}/connect`,
    summary: `Begin to connect an account with ${channel}: open the address in the system browser`,
    access: 'owner',
    answer: { statuses: [200], type: 'application/json', schema: z.object({ authorizeUrl: z.string() }) },
    refusals: ['not_configured'],
    async handle({ actor }) {
      const { appId } = settings[channel];
      const { publicUrl } = settings;
      if (appId === null || publicUrl === null) {
        const missing = appId === null ? `${channel.toUpperCase()}_APP_ID` : 'PUBLIC_URL';
        return {
          refusal: refuse('not_configured.setting', { setting: missing }),
        };
      }
      const { authorizeUrl, scopes } = signIns[channel];
      const url = new URL(authorizeUrl);
      url.searchParams.set('client_id', appId);
      url.searchParams.set('redirect_uri', redirectUri(publicUrl, channel));
      url.searchParams.set('response_type', 'code');
      url.searchParams.set('scope', scopes.join(','));
      url.searchParams.set('state', await beginSignIn(store, actor, channel, clock()));
      return { status: 200, body: { authorizeUrl: url.href } };
    },
  });
}
