import { metaChannel } from '../meta/meta-channel.ts';
import type { MetaWebhooks } from '../meta/normalize/webhooks.ts';
import { dialect } from './dialect.ts';
import { readFeed } from './feed.ts';
import { policy } from './policy.ts';

/** Messenger, and comments under a Page's posts. */
export const facebook = metaChannel({
  name: 'facebook',
  policy,
  prefix: 'FACEBOOK',
  graphUrl: { variable: 'META_FACEBOOK_GRAPH_URL', usual: 'https://graph.facebook.com' },
  webhookPaths: ['/api/webhooks/facebook'],
  dialect,
  // Facebook Login page, 2026. The desk explains each permission beside the button.
  signIn: {
    url: 'https://www.facebook.com/v26.0/dialog/oauth',
    scopes: [
      'pages_show_list',
      'pages_manage_metadata',
      'pages_messaging',
      'pages_read_engagement',
      'pages_read_user_content',
    ],
  },
});

export const facebookWebhooks: MetaWebhooks = { object: 'page', channel: facebook.name, fields: { feed: readFeed } };
