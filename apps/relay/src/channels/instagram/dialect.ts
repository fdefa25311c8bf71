import type { GraphDialect } from '../meta/graph/dialect.ts';
import { asId } from '../meta/shape.ts';

/** Instagram accounts with Instagram Login: called on Instagram's own host with the token alone. */
export const dialect: GraphDialect = {
  provesSecret: false,
  subscribedFields: [
    'messages',
    'message_echoes',
    'message_reactions',
    'messaging_seen',
    'messaging_postbacks',
    'messaging_referral',
    'standby',
    'comments',
    'live_comments',
  ],
  identityFields: 'id,user_id,username,name',
  // Webhooks identify the account by `user_id`; `id` is app-scoped and used only in the deauthorize and deletion callbacks. Confusing the
  // two is a known trap (vocero-crm #59).
  identityOf: (body) => ({ nativeId: asId(body.user_id), appScopedId: asId(body.id) }),
  canReadSignedInBy: false,
  platform: 'instagram',
  profileFields: 'name,username',
  // It is not confirmed that Instagram accepts `metadata`, and an unknown key may get the whole message refused; the echo is matched by
  // message id.
  messageOf: (text) => ({ text }),
  standard: {},
  humanAgent: { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' },
};
