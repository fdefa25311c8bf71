import { appSecretProof } from '../signature.ts';
import type { GraphDialect } from './dialect.ts';

/** Where and how a channel of Meta's is called. */
export type GraphSettings = {
  /** Without version; a stand-in for Meta has another one. */
  readonly url: string;
  readonly version: string;
  readonly appSecret: string;
  /** Needed with the secret to ask who signed in; null where it is not set. */
  readonly appId: string | null;
  readonly dialect: GraphDialect;
  /** Hears how Meta dates each answer by its own clock, and how long the call took. */
  readonly noteDated?: (at: number, tookMs: number) => void;
};

/** Begins with a word character, so that `..` is no id; nothing in it can end a path segment or begin a query. */
const idFormat = /^\w[\w.:=-]*$/;

export function isGraphId(id: string): boolean {
  return id.length <= 500 && idFormat.test(id);
}

/** What a header can carry. A token that fails this came out of the vault damaged. */
export function isUsableToken(token: string): boolean {
  return /^[\w.|~+/=-]+$/.test(token);
}

/** The address of a node or edge (`path`: ids and edge names) for whoever holds this token. */
export function graphUrl(
  { url: base, version, appSecret, dialect }: GraphSettings,
  token: string,
  path: readonly string[],
  query: Readonly<Record<string, string>> = {},
): URL {
  if (!path.every(isGraphId)) throw new Error('An id for the Graph API has characters that no id of Meta has.');
  const url = new URL(`${base.replace(/\/+$/, '')}/${version}/${path.map(encodeURIComponent).join('/')}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  if (dialect.provesSecret && appSecret !== '')
    url.searchParams.set('appsecret_proof', appSecretProof(token, appSecret));
  return url;
}
