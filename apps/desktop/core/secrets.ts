import { existsSync } from 'node:fs';
import { because, type NoKeychain, type Reason } from '@transom/shared';
import type * as Keytar from 'keytar';
import type { Log, SecretStore } from './ports.ts';

/**
 * The operating system's keychain, or memory with the reason. Never a file: a token in a file is a token that
 * backups, sync folders and other programs read.
 *
 *   asking ──(it took a probe)──▶ keychain
 *     ▲ └────(it said no)───────▶ memory ──(asked for something that memory does not have)──▶ asking
 *     └── a locked keychain waits for a person, for as long as it takes: slowness is no answer
 */
export function openSecrets(serviceName: string, log: Log, loadKeychain = loadKeytar): SecretStore {
  const detour = fileDetour(process.platform, process.env, existsSync);
  const held = new Map<string, string>();
  let place: SecretStore['place'] = 'asking';
  let reason: Reason | null = null;
  let opening: Promise<Keychain | null> = open();

  async function open(): Promise<Keychain | null> {
    place = 'asking';
    if (detour !== null) return stayInMemory(detour);
    try {
      const keychain = await loadKeychain();
      await keychain.setPassword(serviceName, 'probe', 'probe');
      await keychain.deletePassword(serviceName, 'probe');
      place = 'keychain';
      reason = null;
      return keychain;
    } catch (error) {
      log('warn', 'the keychain of this computer cannot be used', {
        cause: error instanceof Error ? error.message.slice(0, 300) : 'no reason given',
      });
      return stayInMemory(unusableOn(process.platform));
    }
  }

  function stayInMemory(why: NoKeychain): null {
    place = 'memory';
    reason = because('no_keychain', { why });
    return null;
  }

  return {
    get place() {
      return place;
    },
    get reason() {
      return reason;
    },
    async get(name) {
      // It may have been unlocked since it refused.
      if (place === 'memory' && detour === null && !held.has(name)) opening = open();
      const keychain = await opening;
      return held.get(name) ?? (keychain === null ? null : await keychain.getPassword(serviceName, name));
    },
    async set(name, value) {
      const keychain = await opening;
      if (keychain === null) held.set(name, value);
      else await keychain.setPassword(serviceName, name, value);
    },
    async delete(name) {
      held.delete(name);
      await (await opening)?.deletePassword(serviceName, name);
    },
  };
}

type Keychain = Pick<typeof Keytar, 'getPassword' | 'setPassword' | 'deletePassword'>;

async function loadKeytar(): Promise<Keychain> {
  // Under Node's ES modules keytar has its functions on the default export only; the named ones exist in types alone.
  const { default: keytar } = await import('keytar');
  return keytar;
}

function unusableOn(os: string): NoKeychain {
  return os === 'darwin' ? 'mac' : os === 'win32' ? 'windows' : 'other';
}

/**
 * libsecret, which keytar uses on Linux, writes to a file instead of the keyring when SECRET_BACKEND says so, and inside
 * Flatpak and Snap (secret-backend.c of libsecret 0.21). In these cases it is not a keychain.
 */
export function fileDetour(
  os: string,
  environment: Readonly<Record<string, string | undefined>>,
  exists: (path: string) => boolean,
): 'file' | 'sandbox' | null {
  if (os !== 'linux') return null;
  const backend = environment['SECRET_BACKEND'] ?? '';
  if (backend !== '' && backend !== 'service') return 'file';
  return environment['SNAP_NAME'] !== undefined || exists('/.flatpak-info') ? 'sandbox' : null;
}
