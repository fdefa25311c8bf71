import { appSecretProof } from '../signature.ts';
import type { GraphDialect } from './dialect.ts';

/** Where and how one of Meta's channels is called. */
export type GraphSettings = {
  /** Without version; a stand-in for Meta has its own. */
  readonly url: string;
  readonly version: string;
  readonly appSecret: string;
  /** Needed with the secret to ask who signed in; null if it is not set. */
  readonly appId: string | null;
  readonly dialect: GraphDialect;
  /** Receives the date of each answer by Meta's own clock, and how long the call took. */
  readonly noteServerDate?: (at: number, tookMs: number) => void;
};

/** Begins with a word character, so that `..` is not an id; nothing in it can end a path segment or begin a query. */
const idFormat = /^\w[\w.:=-]*$/;

export function isGraphId(id: string): boolean {
  return id.length <= 500 && idFormat.test(id);
}

/** Whether a header can carry it. A stored token that fails this came out of the vault damaged. */
export function isUsableToken(token: string): boolean {
  return /^[\w.|~+/=-]+$/.test(token);
}

/** The address of a node or edge (`path`: ids and edge names) for the holder of this token. */
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
