import type { GraphDialect } from '../meta/graph/dialect.ts';
import { asId } from '../meta/shape.ts';

/** Pages: called on Facebook's host, with a proof of the app's secret, which does no harm where it is not required. */
export const dialect: GraphDialect = {
  provesSecret: true,
  subscribedFields: [
    'messages',
    'message_echoes',
    'message_deliveries',
    'message_reads',
    'message_reactions',
    'messaging_postbacks',
    'messaging_referrals',
    'standby',
    'feed',
  ],
  identityFields: 'id,name',
  identityOf: (body) => ({ nativeId: asId(body.id), appScopedId: null }),
  canReadSignedInBy: true,
  platform: 'messenger',
  profileFields: 'name,first_name,last_name',
  messageOf: (text, reference) => ({ text, metadata: reference }),
  standard: { messaging_type: 'RESPONSE' },
  humanAgent: { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' },
};
