import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';

/**
 * One secret at rest: `v1.<kid>.<nonce>.<ciphertext>.<tag>`, parts in base64url, AES-256-GCM. `kid` names the key without revealing
 * anything about it. `context` is authenticated with it, so that a blob moved to another agency or purpose does not open.
 */
const cipher = 'aes-256-gcm';

export class VaultError extends Error {
  readonly code = 'vault';
  override readonly name = 'VaultError';
}

/** A short public name of a key. */
export function keyId(key: Buffer): string {
  return hash('sha256', key).slice(0, 12);
}

export function sealWith(key: Buffer, context: string, plaintext: Buffer): string {
  const nonce = randomBytes(12);
  const encryption = createCipheriv(cipher, key, nonce).setAAD(Buffer.from(context));
  const ciphertext = Buffer.concat([encryption.update(plaintext), encryption.final()]);
  return [
    'v1',
    keyId(key),
    ...[nonce, ciphertext, encryption.getAuthTag()].map((part) => part.toString('base64url')),
  ].join('.');
}

export function keyIdOf(blob: string): string {
  return parts(blob).kid;
}

/** Throws a `VaultError` if the blob was changed, belongs elsewhere, or was sealed with another key. */
export function openWith(key: Buffer, context: string, blob: string): Buffer {
  const { nonce, ciphertext, tag } = parts(blob);
  try {
    const decryption = createDecipheriv(cipher, key, nonce, { authTagLength: 16 })
      .setAAD(Buffer.from(context))
      .setAuthTag(tag);
    return Buffer.concat([decryption.update(ciphertext), decryption.final()]);
  } catch (cause) {
    throw new VaultError('A stored secret does not open: it was changed, moved, or sealed with another key.', {
      cause,
    });
  }
}

function parts(blob: string) {
  const [version, kid, nonce, ciphertext, tag, ...rest] = blob.split('.');
  if (
    version !== 'v1' ||
    kid === undefined ||
    nonce === undefined ||
    ciphertext === undefined ||
    tag === undefined ||
    rest.length > 0
  ) {
    throw new VaultError('A stored secret has an unknown form.');
  }
  const bytes = (part: string) => Buffer.from(part, 'base64url');
  return { kid, nonce: bytes(nonce), ciphertext: bytes(ciphertext), tag: bytes(tag) };
}
