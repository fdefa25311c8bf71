import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AppSecret } from '../channel.ts';

export const signatureHeader = 'x-hub-signature-256';
const format = /^sha256=[0-9a-f]{64}$/;

export function looksSigned(header: string): boolean {
  return format.test(header);
}

/**
 * The name of the secret that signed exactly these bytes, or null. Every secret is tried, because Pages and Instagram sign with different
 * ones and rotation adds the previous one (Meta's webhook pages; live reports of August 2026). `header` is `X-Hub-Signature-256`; the older
 * SHA-1 header is ignored.
 */
export function verifySignature(
  body: Buffer,
  header: string | undefined,
  secrets: readonly AppSecret[],
): string | null {
  if (header === undefined || !format.test(header)) return null;
  const claimed = Buffer.from(header.slice('sha256='.length), 'hex');
  for (const { name, secret } of secrets) {
    // Anyone can sign with an empty secret, so a missing setting must not become a key.
    if (secret === '') continue;
    if (timingSafeEqual(createHmac('sha256', secret).update(body).digest(), claimed)) return name;
  }
  return null;
}

/** Proof for graph.facebook.com that the holder of `token` also knows the app's secret; hex. */
export function appSecretProof(token: string, secret: string): string {
  return createHmac('sha256', secret).update(token).digest('hex');
}
