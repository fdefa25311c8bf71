import type { Channel } from '@transom/shared';
import type { AccountIdentity, ChannelAccount } from '../../../outbound/channel-port.ts';
import { asId, asList, asRecord, asText, type Shape } from '../shape.ts';
import type { Caller, GraphSettings } from './address.ts';
import type { GraphAnswer } from './call.ts';
import { failureDetailOf } from './send-outcome.ts';

/** A read or a small write with this caller's token, answered with the body or a sentence for people. */
export type Ask = (
  caller: Caller,
  method: 'GET' | 'POST',
  path: readonly string[],
  query: Readonly<Record<string, string>>,
) => Promise<{ readonly ok: true; readonly body: Shape } | { readonly ok: false; readonly detail: string }>;

/** Reads an answer for `Ask`. */
export function askedOf(answer: GraphAnswer): Awaited<ReturnType<Ask>> {
  const usable = answer.kind === 'answered' && answer.status >= 200 && answer.status < 300;
  if (!usable || answer.body === null || answer.body.error !== undefined)
    return { ok: false, detail: failureDetailOf(answer) };
  return { ok: true, body: answer.body };
}

/**
 * What `readMessaging` and `readChange` understand, by each object's own names. One name that the object does not know
 * makes Meta refuse the whole list (field report, 2026), so the two lists must not be mixed.
 */
const subscribedFields: Readonly<Record<Exclude<Channel, 'internal'>, readonly string[]>> = {
  instagram: [
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
  facebook: [
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
};

/** `fields` is what Meta says it is now, which can be less than what was asked for. */
export async function subscribe(
  ask: Ask,
  account: ChannelAccount,
): Promise<{ ok: true; fields: readonly string[] } | { ok: false; detail: string }> {
  const wanted = account.channel === 'internal' ? [] : subscribedFields[account.channel];
  const edge = [account.nativeId, 'subscribed_apps'];
  const subscribed = await ask(account, 'POST', edge, { subscribed_fields: wanted.join(',') });
  if (!subscribed.ok) return subscribed;
  const readBack = await ask(account, 'GET', edge, {});
  if (!readBack.ok) return readBack;
  const apps = asList(readBack.body.data) ?? [];
  const present = new Set(apps.flatMap((app) => asList(asRecord(app)?.subscribed_fields) ?? []));
  const fields = wanted.filter((field) => present.has(field));
  if (fields.includes('messages')) return { ok: true, fields };
  return {
    ok: false,
    detail:
      'Meta took the subscription but does not list messages in it, so none would arrive. Check the app’s permissions and connect again.',
  };
}

/**
 * Who the token is. On Instagram webhooks speak of the account by `user_id`, while `id` is scoped to the app and comes
 * only in the deauthorize and deletion callbacks; taking one for the other is a known trap (vocero-crm #59).
 */
export async function identify(
  ask: Ask,
  channel: Channel,
  token: string,
): Promise<{ ok: true; identity: AccountIdentity } | { ok: false; detail: string }> {
  const onInstagram = channel === 'instagram';
  const asked = await ask({ channel, token }, 'GET', ['me'], {
    fields: onInstagram ? 'id,user_id,username,name' : 'id,name',
  });
  if (!asked.ok) return asked;
  const { body } = asked;
  const nativeId = asId(onInstagram ? body.user_id : body.id);
  if (nativeId === null)
    return { ok: false, detail: 'Meta did not say which account this sign-in belongs to. Connect the account again.' };
  const username = asText(body.username);
  const name = asText(body.name) ?? username ?? nativeId;
  return { ok: true, identity: { nativeId, appScopedId: onInstagram ? asId(body.id) : null, name, username } };
}

/**
 * Who signed in to hand out a Page's token, by the id scoped to our app: deauthorize and deletion requests name this person and not the
 * Page. Only the app itself may ask (Access Token Debugging page, 2026). Null if Meta does not say, or if app id and secret are not set.
 */
export async function readSignedInBy(
  ask: Ask,
  { facebookAppId, facebookAppSecret }: Pick<GraphSettings, 'facebookAppId' | 'facebookAppSecret'>,
  channel: Channel,
  token: string,
): Promise<string | null> {
  if (channel !== 'facebook' || facebookAppId === null || facebookAppSecret === '') return null;
  const app = { channel, token: `${facebookAppId}|${facebookAppSecret}` };
  const asked = await ask(app, 'GET', ['debug_token'], { input_token: token });
  return asked.ok ? asId(asRecord(asked.body.data)?.user_id) : null;
}
