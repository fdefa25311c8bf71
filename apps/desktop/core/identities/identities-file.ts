import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agencySchema, asItIs, personSchema } from '@transom/shared';
import * as z from 'zod';

/** Somebody who is or was signed in on this computer. `deviceId` is null for people who are not signed in now: their words stay. */
const knownSchema = z.object({
  relayUrl: z.string(),
  deviceId: z.string().nullable(),
  agencyId: z.string(),
  agency: agencySchema.nullable().catch(null),
  person: personSchema,
});
export type Known = z.infer<typeof knownSchema>;

/**
 * identities.json: what belongs to this computer and to nobody in particular. Everything else is in a separate folder for each person of
 * each business. One write of this file decides who works here, who is signed in, and which tokens may no longer be used; the folders
 * follow, now or at the next start.
 */
const contentsSchema = z.object({
  version: z.literal(1),
  /** The folder that windows see. Null before anybody was paired. */
  present: z.string().nullable(),
  known: z.record(z.string(), knownSchema),
  /** Names under which the keychain still holds tokens that must no longer be used. */
  tokensToForget: z.array(z.string()),
});
export type Contents = z.infer<typeof contentsSchema>;

/** Written by a newer Transom, and left as it is. */
export class NewerIdentities extends Error {
  override readonly name = 'NewerIdentities';
}

const pathIn = (dataDir: string): string => join(dataDir, 'identities.json');
const nobody: Contents = { version: 1, present: null, known: {}, tokensToForget: [] };

/**
 * A file that cannot be read is set aside: the desk then begins with nobody. No words are lost, because the folders stay, and pairing the
 * same person again opens theirs.
 */
export function readIdentitiesFile(dataDir: string): Contents {
  const text = readText(pathIn(dataDir));
  if (text === null) return nobody;
  const read = parse(text);
  if (read !== null) return read;
  renameSync(pathIn(dataDir), `${pathIn(dataDir)}.damaged`);
  return nobody;
}

/** Writes all or nothing, even if this process or the power ends; on the disk when it returns. */
export function writeIdentitiesFile(dataDir: string, contents: Contents): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const next = `${pathIn(dataDir)}.next`;
  const file = openSync(next, 'w', 0o600);
  try {
    writeFileSync(file, JSON.stringify(contents, null, 2));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(next, pathIn(dataDir));
  flushFolder(dataDir);
}

/** A new name in a folder survives a power cut only once the folder is flushed. Windows has no such call, and needs none. */
export function flushFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (Reflect.get(error as object, 'code') === 'ENOENT') return null;
    throw error;
  }
}

function parse(text: string): Contents | null {
  try {
    const found: unknown = JSON.parse(text);
    const version: unknown = typeof found === 'object' && found !== null ? Reflect.get(found, 'version') : null;
    if (typeof version === 'number' && version > nobody.version) throw new NewerIdentities();
    // Zod compiles a schema when it first parses, and a starting desk would show its rows that much later.
    return asItIs(contentsSchema)(found) ? (found as Contents) : contentsSchema.parse(found);
  } catch (error) {
    if (error instanceof NewerIdentities) throw error;
    return null;
  }
}
