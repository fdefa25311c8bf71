import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Who may talk to the desk. Any program and any web page on this computer can reach the port, so three things are
 * checked: that the request was addressed to exactly this host (a rebound name is another), that the page is our own,
 * and that it knows the token, which only the printed address contains.
 */
const protocolPrefix = 'transom.';

/** 256 random bits in characters that a WebSocket subprotocol may contain. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

export function isAddressedToUs(hostHeader: string | undefined, port: number): boolean {
  return hostHeader === `127.0.0.1:${port}`;
}

export function isOurPage(originHeader: string | undefined, port: number): boolean {
  return originHeader === `http://127.0.0.1:${port}`;
}

/** Whether the offered subprotocols are `transom.<token>` and nothing more; takes the same time for every wrong token. */
export function hasToken(protocolHeader: string | undefined, token: string): boolean {
  if (protocolHeader === undefined || !protocolHeader.startsWith(protocolPrefix)) return false;
  // Digests all have the same length, so neither the length nor a common prefix can be measured.
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(protocolHeader.slice(protocolPrefix.length)), digest(token));
}
