import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';

/**
 * `signed_request` of Meta's deauthorize and data-deletion callbacks: `<signature>.<payload>`, both base64url. The signature covers the
 * payload's encoded text, not its decoded bytes (Meta's data deletion page).
 */
const payloadSchema = z.object({ algorithm: z.literal('HMAC-SHA256'), user_id: z.string().regex(/^[\w.-]{1,100}$/) });

/** The app-scoped id of the person it is about; null if no secret signed it. */
export function readSignedRequest(signedRequest: string, secrets: readonly string[]): { userId: string } | null {
  const [signature, payload, ...rest] = signedRequest.split('.');
  if (signature === undefined || payload === undefined || rest.length > 0) return null;
  const claimed = Buffer.from(signature, 'base64url');
  if (!secrets.some((secret) => isSignedWith(secret, payload, claimed))) return null;
  const parsed = payloadSchema.safeParse(parseJson(Buffer.from(payload, 'base64url').toString()));
  return parsed.success ? { userId: parsed.data.user_id } : null;
}

function isSignedWith(secret: string, payload: string, claimed: Buffer): boolean {
  const signature = createHmac('sha256', secret).update(payload).digest();
  return claimed.length === signature.length && timingSafeEqual(signature, claimed);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
