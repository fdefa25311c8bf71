import { join } from 'node:path';
import { encodeBody, signatureOf } from '@transom/simulator';
import Database from 'better-sqlite3';
import type { Stack, StackAccount } from '../build/stack/stack.ts';

/** How whole-path tests reach a relay in a process of its own: signed webhooks, the HTTP interface, its database file. */
type RelayAddress = Pick<Stack, 'relayUrl' | 'env' | 'dir'>;

/** Posts a correctly signed webhook; returns its status, or null if nothing answered. */
export async function deliver(
  { relayUrl, env }: RelayAddress,
  channel: StackAccount['channel'],
  payload: unknown,
): Promise<number | null> {
  const body = encodeBody(payload);
  try {
    const response = await fetch(`${relayUrl}/api/webhooks/${channel}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-hub-signature-256': signatureOf(env[`${channel.toUpperCase()}_APP_SECRET`] ?? '', body),
      },
      body,
    });
    return response.status;
  } catch {
    return null;
  }
}

type Written = { readonly mid: string; readonly sender: string; readonly text: string; readonly at?: number };

/** Direct messages to an Instagram account, one entry each, as Meta batches them. */
export function messagesTo(account: Pick<StackAccount, 'nativeId'>, ...written: readonly Written[]): object {
  return instagram(account, written, ({ mid, text }) => ({ mid, text }));
}

/** The same people taking the same messages back. */
export function unsendsTo(account: Pick<StackAccount, 'nativeId'>, ...written: readonly Written[]): object {
  return instagram(account, written, ({ mid }) => ({ mid, is_deleted: true }));
}

function instagram(
  { nativeId }: Pick<StackAccount, 'nativeId'>,
  written: readonly Written[],
  message: (one: Written) => object,
): object {
  return {
    object: 'instagram',
    entry: written.map((one) => {
      const { sender, at = Date.now() } = one;
      return {
        id: nativeId,
        time: at,
        messaging: [{ sender: { id: sender }, recipient: { id: nativeId }, timestamp: at, message: message(one) }],
      };
    }),
  };
}

/** One call of the HTTP interface with a device's token. */
export async function callApi<Answer>(
  { relayUrl }: Pick<RelayAddress, 'relayUrl'>,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  { token, json }: { token?: string; json?: unknown } = {},
): Promise<{ status: number; body: Answer }> {
  const response = await fetch(`${relayUrl}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  return { status: response.status, body: (await response.json()) as Answer };
}

/** Queries the relay's database file, bypassing the relay. */
export function askDatabase<Row>({ dir }: Pick<RelayAddress, 'dir'>, sql: string): Row[] {
  const db = new Database(join(dir, 'data/transom.db'), { readonly: true });
  try {
    return db.prepare<[], Row>(sql).all();
  } finally {
    db.close();
  }
}
