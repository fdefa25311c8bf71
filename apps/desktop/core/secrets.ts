import { existsSync } from 'node:fs';
import type { SecretStore } from './ports.ts';

/**
 * The operating system's keychain, or memory with the reason in words. Never a file: a token in a file is a token that
 * backups, sync folders and other programs read.
 */
export async function openSecrets(serviceName: string, probeMs = 5_000): Promise<SecretStore> {
  const detour = fileDetour(process.platform, process.env, existsSync);
  if (detour !== null) return memoryStore(detour);
  try {
    // Under Node's ES modules keytar has its functions on the default export only; the named ones exist in types alone.
    const { default: keytar } = await import('keytar');
    await within(probeMs, async () => {
      await keytar.setPassword(serviceName, 'probe', 'probe');
      await keytar.deletePassword(serviceName, 'probe');
    });
    return {
      place: 'keychain',
      reason: null,
      get: (name) => within(probeMs, () => keytar.getPassword(serviceName, name)),
      set: (name, value) => within(probeMs, () => keytar.setPassword(serviceName, name, value)),
      delete: (name) => within(probeMs, async () => void (await keytar.deletePassword(serviceName, name))),
    };
  } catch (error) {
    return memoryStore(
      `This computer's keychain cannot be used (${error instanceof Error ? error.message : 'no reason given'}).`,
    );
  }
}

/**
 * libsecret, which keytar uses on Linux, writes to a file instead of the keyring when SECRET_BACKEND says so, and inside
 * Flatpak and Snap (secret-backend.c of libsecret 0.21). Then the keychain is not one.
 */
export function fileDetour(
  os: string,
  environment: Readonly<Record<string, string | undefined>>,
  exists: (path: string) => boolean,
): string | null {
  if (os !== 'linux') return null;
  const backend = environment['SECRET_BACKEND'] ?? '';
  if (backend !== '' && backend !== 'service')
    return 'SECRET_BACKEND asks for secrets in a file, which Transom never does.';
  if (environment['SNAP_NAME'] !== undefined || exists('/.flatpak-info')) {
    return 'Inside Snap and Flatpak the keychain would be a file, which Transom never uses.';
  }
  return null;
}

function memoryStore(reason: string): SecretStore {
  const held = new Map<string, string>();
  return {
    place: 'memory',
    reason: `${reason} The sign-in is kept until Transom closes; connect again after that.`,
    get: async (name) => held.get(name) ?? null,
    set: async (name, value) => void held.set(name, value),
    delete: async (name) => void held.delete(name),
  };
}

/** A locked keyring may wait for a person who is not there. */
async function within<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${limitMs / 1_000} s`)), limitMs);
  try {
    return await Promise.race([work(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
