import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Agency, Person } from '@transom/shared';
import { type Contents, type Known, readIdentitiesFile, writeIdentitiesFile } from './identities-file.ts';

/** A person of a business, and the device that this computer is for them. The token is not here: it is in the keychain. */
export type Identity = {
  readonly relayUrl: string;
  readonly deviceId: string;
  readonly agencyId: string;
  /** Null until the relay's first hello. */
  readonly agency: Agency | null;
  readonly person: Person;
};

export type Identities = ReturnType<typeof openIdentities>;

/** Throws what the file system throws, and `NewerIdentities`. */
export function openIdentities(dataDir: string) {
  let contents = readIdentitiesFile(dataDir);

  function write(next: Contents): void {
    writeIdentitiesFile(dataDir, next);
    contents = next;
  }

  return {
    /** Who is signed in; null while nobody is. */
    present(): Identity | null {
      const known = contents.present === null ? undefined : contents.known[contents.present];
      return known === undefined || known.deviceId === null ? null : { ...known, deviceId: known.deviceId };
    },
    /** The folder of the person who was paired last, signed in or not. Before the first pairing it is the data folder itself. */
    folder: (): string => join(dataDir, contents.present ?? '.'),
    /** The folders of people who are not signed in. They have no cache. */
    foldersOfAbsent: (): string[] =>
      Object.entries(contents.known)
        .filter(([, { deviceId }]) => deviceId === null)
        .map(([folder]) => join(dataDir, folder)),
    tokensToForget: (): readonly string[] => contents.tokensToForget,
    tokensForgotten(names: readonly string[]): void {
      const left = contents.tokensToForget.filter((name) => !names.includes(name));
      if (left.length < contents.tokensToForget.length) write({ ...contents, tokensToForget: left });
    },
    /** `next` works here from now on. The person who was signed in before no longer is. */
    change(next: Identity | null, tokensToForget: readonly string[]): void {
      const known = { ...contents.known };
      const before = contents.present === null ? undefined : known[contents.present];
      if (contents.present !== null && before !== undefined) known[contents.present] = { ...before, deviceId: null };
      const present = next === null ? contents.present : folderOf(next, known);
      if (next !== null && present !== null) known[present] = next;
      write({ ...contents, present, known, tokensToForget: [...tokensToForget] });
    },
    /** Stores what the relay says about the person who is signed in. */
    update({ agencyId, agency, person }: Identity): void {
      const { present } = contents;
      const before = present === null ? undefined : contents.known[present];
      if (present !== null && before !== undefined)
        write({ ...contents, known: { ...contents.known, [present]: { ...before, agencyId, agency, person } } });
    },
  };
}

/** One folder per business and person: a person who pairs again, with another device or under another relay address, finds their files. */
function folderOf({ agencyId, person }: Identity, known: Readonly<Record<string, Known>>): string {
  const found = Object.entries(known).find(([, each]) => each.agencyId === agencyId && each.person.id === person.id);
  return found?.[0] ?? ['businesses', safeName(agencyId), safeName(person.id)].join('/');
}

/** Ids come from outside: an id that is not plain, or differs only by case, must not become a path. */
function safeName(id: string): string {
  if (/^[\da-z]+-[\da-z-]{1,60}$/.test(id)) return id;
  return createHash('sha256').update(id).digest('hex').slice(0, 40);
}
