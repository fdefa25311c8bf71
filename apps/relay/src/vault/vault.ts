import { randomBytes } from 'node:crypto';
import type { AgencyTx, Store } from '../store/port.ts';
import { addMasterKey, readMasterKeys } from './master-key.ts';
import { keyId, keyIdOf, openWith, sealWith, VaultError } from './sealed-blob.ts';

/**
 * Secrets at rest. Each agency has a data key, kept in its row and wrapped by the master key, which is in a file outside the data
 * directory: a stolen database or backup alone opens nothing. `purpose` says what a secret is for (`token:<account>`); it must be the same
 * at sealing and opening.
 */
export class Vault {
  readonly #masterKeyFile: string;
  #masterKeys: ReadonlyMap<string, Buffer>;
  #presentMasterKey: Buffer;

  /** Throws a `VaultError` with what to do if the file is missing, damaged or readable by others. */
  constructor(masterKeyFile: string) {
    this.#masterKeyFile = masterKeyFile;
    [this.#masterKeys, this.#presentMasterKey] = readKeys(masterKeyFile);
  }

  /** A wrapped data key for a new agency. */
  newDataKey(agencyId: string): string {
    return sealWith(this.#presentMasterKey, dataKeyContext(agencyId), randomBytes(32));
  }

  async seal(tx: AgencyTx, purpose: string, plaintext: string): Promise<string> {
    return sealWith(await this.#dataKey(tx), context(tx.agencyId, purpose), Buffer.from(plaintext));
  }

  async open(tx: AgencyTx, purpose: string, blob: string): Promise<string> {
    return openWith(await this.#dataKey(tx), context(tx.agencyId, purpose), blob).toString();
  }

  /** Unwraps an agency's data key and wraps it again with the present master key. */
  rewrap(agencyId: string, wrapped: string): string {
    return sealWith(this.#presentMasterKey, dataKeyContext(agencyId), this.#unwrap(agencyId, wrapped));
  }

  async #dataKey(tx: AgencyTx): Promise<Buffer> {
    const agency = await tx.get<{ data_key: string }>(`select data_key from agencies where id = :agency`);
    if (agency === undefined) throw new Error(`There is no agency ${tx.agencyId}.`);
    return this.#unwrap(tx.agencyId, agency.data_key);
  }

  #unwrap(agencyId: string, wrapped: string): Buffer {
    const kid = keyIdOf(wrapped);
    // The operator may have rotated the master key while the relay serves: the file may hold newer keys than we know.
    if (!this.#masterKeys.has(kid)) [this.#masterKeys, this.#presentMasterKey] = readKeys(this.#masterKeyFile);
    const masterKey = this.#masterKeys.get(kid);
    if (masterKey === undefined) {
      throw new VaultError(
        `${this.#masterKeyFile} does not hold the key ${kid}, which this database needs. Put back the key file that belongs to it.`,
      );
    }
    return openWith(masterKey, dataKeyContext(agencyId), wrapped);
  }
}

/**
 * Puts a new master key in place and rewraps every data key with it. The new key is on disk before the first row needs it, so
 * that a crash in between loses nothing; running it again finishes. Returns the number of data keys.
 */
export async function rotateMasterKey(
  store: Store,
  masterKeyFile: string,
): Promise<{ keyId: string; rewrapped: number }> {
  addMasterKey(masterKeyFile);
  const vault = new Vault(masterKeyFile);
  const rewrapped = await store.write(async (tx) => {
    const agencies = await tx.all<{ id: string; data_key: string }>(`select id, data_key from agencies order by id`);
    for (const { id, data_key } of agencies) {
      await tx.run(`update agencies set data_key = :wrapped where id = :id`, {
        id,
        wrapped: vault.rewrap(id, data_key),
      });
    }
    return agencies.length;
  });
  return { keyId: keyId(readMasterKeys(masterKeyFile)[0]), rewrapped };
}

function readKeys(path: string): [ReadonlyMap<string, Buffer>, Buffer] {
  const keys = readMasterKeys(path);
  return [new Map(keys.map((key) => [keyId(key), key])), keys[0]];
}

function dataKeyContext(agencyId: string): string {
  return context(agencyId, 'data-key');
}
function context(agencyId: string, purpose: string): string {
  return `${agencyId}|${purpose}`;
}
