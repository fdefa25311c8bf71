import { type SimulatedChannel, tokenLifeSeconds } from '../truth/accounts.ts';
import { type GraphAnswer, invalidParameter, ok } from './answers.ts';
import { parseFields, pick } from './fields.ts';
import type { Endpoint, GraphCall } from './graph.ts';

/** Whose token it is, its renewal, and the subscription to webhooks. */
export const identityEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: '/me', call: 'other', ownNode: true, answer: readAccount },
  { method: 'GET', path: '/refresh_access_token', call: 'other', ownNode: false, answer: refreshToken },
  { method: 'GET', path: '/:node/subscribed_apps', call: 'other', ownNode: true, answer: readSubscription },
  { method: 'POST', path: '/:node/subscribed_apps', call: 'other', ownNode: true, answer: subscribe },
  { method: 'DELETE', path: '/:node/subscribed_apps', call: 'other', ownNode: true, answer: unsubscribe },
];

const ourAppId = '880000000000001';

/** On Instagram `user_id` is the id of webhooks and `id` is app-scoped; a Page has one id. */
export function readAccount({ account, parameters }: GraphCall): GraphAnswer {
  const fields = parseFields(String(parameters['fields'] ?? 'id,name'));
  if (fields === null) return invalidParameter('Syntax error in the fields parameter.');
  const instagram = {
    user_id: account.nativeId,
    username: account.username,
    name: account.name,
    account_type: 'BUSINESS',
  };
  const page = { name: account.name, category: 'Local business' };
  const known = { id: account.appScopedId, ...(account.channel === 'instagram' ? instagram : page) };
  const missing = [...fields.keys()].find((name) => !(name in known) && name !== 'profile_picture_url');
  if (missing !== undefined) return invalidParameter(`Tried accessing nonexisting field (${missing})`);
  return ok(pick(known, fields));
}

function refreshToken({ account, parameters, world }: GraphCall): GraphAnswer {
  if (account.channel !== 'instagram') return invalidParameter('Unknown path components: /refresh_access_token');
  if (parameters['grant_type'] !== 'ig_refresh_token') return invalidParameter('Invalid grant type');
  const value = world.truth.ids.token('instagram');
  account.tokens.unshift({ value, issuedAt: world.clock.now() });
  return ok({ access_token: value, token_type: 'bearer', expires_in: tokenLifeSeconds });
}

/** Field names differ between the objects, and one unknown name rejects the whole call (field report, 2026). */
const fieldNames: Readonly<Record<SimulatedChannel, readonly string[]>> = {
  instagram: [
    'messages',
    'message_echoes',
    'message_reactions',
    'message_edit',
    'messaging_seen',
    'messaging_postbacks',
    'messaging_referral',
    'messaging_optins',
    'messaging_handover',
    'standby',
    'comments',
    'live_comments',
  ],
  facebook: [
    'messages',
    'message_echoes',
    'message_edits',
    'message_deliveries',
    'message_reads',
    'message_reactions',
    'messaging_postbacks',
    'messaging_referrals',
    'messaging_optins',
    'messaging_optouts',
    'messaging_handovers',
    'standby',
    'messaging_policy_enforcement',
    'messaging_feedback',
    'message_mention',
    'mention',
    'feed',
    'leadgen',
    'ratings',
  ],
};

function subscribe({ account, parameters, world }: GraphCall): GraphAnswer {
  const given = parameters['subscribed_fields'];
  const names = (Array.isArray(given) ? given.map(String) : String(given ?? '').split(','))
    .map((name) => name.trim())
    .filter(Boolean);
  if (names.length === 0) return invalidParameter('The parameter subscribed_fields is required.');
  const allowed = fieldNames[account.channel];
  const wrong = names.findIndex((name) => !allowed.includes(name));
  if (wrong >= 0)
    return invalidParameter(
      `Param subscribed_fields[${wrong}] must be one of {${allowed.join(', ')}} - got "${names[wrong]}".`,
    );
  account.subscribedFields = [...new Set(names)];
  account.waitsForSubscription = false;
  world.outbox.accountSubscribed();
  return ok({ success: true });
}

function readSubscription({ account }: GraphCall): GraphAnswer {
  if (account.subscribedFields.length === 0) return ok({ data: [] });
  return ok({
    data: [
      { id: ourAppId, name: 'Transom', link: 'https://example.com/', subscribed_fields: account.subscribedFields },
    ],
  });
}

function unsubscribe({ account }: GraphCall): GraphAnswer {
  account.subscribedFields = [];
  return ok({ success: true });
}
