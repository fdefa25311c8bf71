import { metaChannel } from '../meta/meta-channel.ts';
import type { MetaWebhooks } from '../meta/normalize/webhooks.ts';
import { readInstagramComment } from './comments.ts';
import { dialect } from './dialect.ts';
import { policy } from './policy.ts';

export const instagram = metaChannel({
  name: 'instagram',
  policy,
  prefix: 'INSTAGRAM',
  graphUrl: { variable: 'META_INSTAGRAM_GRAPH_URL', usual: 'https://graph.instagram.com' },
  // Older set-up instructions name the second.
  webhookPaths: ['/api/webhooks/instagram', '/api/instagram/webhook'],
  dialect,
  // Business Login page, 2026. The desk explains each permission beside the button.
  signIn: {
    url: 'https://www.instagram.com/oauth/authorize',
    scopes: ['instagram_business_basic', 'instagram_business_manage_messages', 'instagram_business_manage_comments'],
  },
});

export const instagramWebhooks: MetaWebhooks = {
  object: 'instagram',
  channel: instagram.name,
  fields: { comments: readInstagramComment, live_comments: readInstagramComment },
};
