import { createHmac } from 'node:crypto';

/**
 * JSON as Meta puts it on the wire: everything beyond ASCII as `\u` and four lower-case hex digits, and `/` as `\/`.
 * The signature is over exactly these bytes, so a receiver that parses and re-serializes before it checks gets it wrong.
 */
export function encodeBody(payload: unknown): string {
  return JSON.stringify(payload)
    .replaceAll('/', '\\/')
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The value of `X-Hub-Signature-256` for these bytes (Webhooks, getting started, 2026). */
export function signatureOf(secret: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(body, 'utf8').digest('hex')}`;
}

/** `appsecret_proof` of a token: hex HMAC-SHA256 of the token under the app secret. */
export function appSecretProof(secret: string, token: string): string {
  return createHmac('sha256', secret).update(token, 'utf8').digest('hex');
}
