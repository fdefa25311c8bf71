import { because, type Reason } from '@transom/shared';
import type { AccountIdentity, ChannelAccount } from '../../../outbound/channel-port.ts';
import { asId, asList, asRecord, asText, type Shape } from '../shape.ts';
import type { GraphSettings } from './address.ts';
import type { GraphAnswer } from './call.ts';
import type { GraphDialect } from './dialect.ts';
import { failureReasonOf } from './send-outcome.ts';

/** A read or a small write with this token, answered with the body, or why there is none. */
export type Ask = (
  token: string,
  method: 'GET' | 'POST',
  path: readonly string[],
  query: Readonly<Record<string, string>>,
) => Promise<{ readonly ok: true; readonly body: Shape } | { readonly ok: false; readonly why: Reason }>;

/** Turns an answer into the result of `Ask`. */
export function askedOf(answer: GraphAnswer): Awaited<ReturnType<Ask>> {
  const usable = answer.kind === 'answered' && answer.status >= 200 && answer.status < 300;
  if (!usable || answer.body === null || answer.body.error !== undefined)
    return { ok: false, why: failureReasonOf(answer) };
  return { ok: true, body: answer.body };
}

/** `fields` is what Meta then reports as subscribed, which can be less than was asked for. */
export async function subscribe(
  ask: Ask,
  { subscribedFields: wanted }: GraphDialect,
  account: ChannelAccount,
): Promise<{ ok: true; fields: readonly string[] } | { ok: false; why: Reason }> {
  const edge = [account.nativeId, 'subscribed_apps'];
  const subscribed = await ask(account.token, 'POST', edge, { subscribed_fields: wanted.join(',') });
  if (!subscribed.ok) return subscribed;
  const readBack = await ask(account.token, 'GET', edge, {});
  if (!readBack.ok) return readBack;
  const apps = asList(readBack.body.data) ?? [];
  const present = new Set(apps.flatMap((app) => asList(asRecord(app)?.subscribed_fields) ?? []));
  const fields = wanted.filter((field) => present.has(field));
  if (fields.includes('messages')) return { ok: true, fields };
  return { ok: false, why: because('not_subscribed') };
}

/** The account behind the token. */
export async function identify(
  ask: Ask,
  dialect: GraphDialect,
  token: string,
): Promise<{ ok: true; identity: AccountIdentity } | { ok: false; why: Reason }> {
  const asked = await ask(token, 'GET', ['me'], { fields: dialect.identityFields });
  if (!asked.ok) return asked;
  const { body } = asked;
  const { nativeId, appScopedId } = dialect.identityOf(body);
  if (nativeId === null) return { ok: false, why: because('reauth_required.no_account') };
  const username = asText(body.username);
  const name = asText(body.name) ?? username ?? nativeId;
  return { ok: true, identity: { nativeId, appScopedId, name, username } };
}

/**
 * The app-scoped id of the person who signed in to issue a Page's token: deauthorize and deletion requests name this person, not the Page.
 * Only the app itself may ask (Access Token Debugging page, 2026). Null if Meta does not say, or if app id or secret is not set.
 */
export async function readSignedInBy(
  ask: Ask,
  { appId, appSecret, dialect }: GraphSettings,
  token: string,
): Promise<string | null> {
  if (!dialect.canReadSignedInBy || appId === null || appSecret === '') return null;
  const asked = await ask(`${appId}|${appSecret}`, 'GET', ['debug_token'], { input_token: token });
  return asked.ok ? asId(asRecord(asked.body.data)?.user_id) : null;
}
