import type { GraphDialect } from '../meta/graph/dialect.ts';
import { asId } from '../meta/shape.ts';

/** Instagram accounts with Instagram Login: reached on Instagram's own host with the token alone. */
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
  // Webhooks speak of the account by `user_id`, while `id` is scoped to the app and comes only in the deauthorize and deletion
  // callbacks; taking one for the other is a known trap (vocero-crm #59).
  identityOf: (body) => ({ nativeId: asId(body.user_id), appScopedId: asId(body.id) }),
  tellsWhoSignedIn: false,
  platform: 'instagram',
  profileFields: 'name,username',
  // That Instagram takes `metadata` is not confirmed, and an unknown key may refuse the whole message; its echo is matched by the
  // message id.
  messageOf: (text) => ({ text }),
  standard: {},
  humanAgent: { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' },
};
