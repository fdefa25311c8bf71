import type { Reason } from '@transom/shared';
import { newerLocal, troubleOf } from './cache/damage.ts';
import { type Fate, openDatabase } from './cache/open.ts';
import { removeCache } from './cache/set-aside.ts';
import type { Workplace } from './desk.ts';
import { type Identities, openIdentities } from './identities/identities.ts';
import { NewerIdentities } from './identities/identities-file.ts';
import { moveIntoOwnFolder } from './identities/own-folder.ts';
import type { Log } from './ports.ts';

export type OpenedWorkplace =
  | { readonly kind: 'open'; readonly workplace: Omit<Workplace, 'startAgain'> }
  | { readonly kind: 'trouble'; readonly trouble: Reason };

/** Opens the files of the person who works here. Never throws if something is wrong with them. */
export function openWorkplace(dataDir: string, fate: Fate, log: Log): OpenedWorkplace {
  try {
    const identities = openIdentities(dataDir);
    const trouble = moveIntoOwnFolder(dataDir, identities);
    if (trouble !== null) return { kind: 'trouble', trouble };
    eraseCachesOfAbsent(identities, log);
    const folder = identities.folder();
    const opened = openDatabase(folder, fate);
    if (opened.kind === 'trouble') return opened;
    if (opened.movedAside) log('warn', 'a damaged cache was moved aside; it is being rebuilt');
    return { kind: 'open', workplace: { db: opened.db, folder, identities } };
  } catch (error) {
    return { kind: 'trouble', trouble: error instanceof NewerIdentities ? newerLocal : troubleOf(error) };
  }
}

/** A person who is not signed in has no copy of the relay's data here, even if an earlier process ended before it could erase it. */
function eraseCachesOfAbsent(identities: Identities, log: Log): void {
  for (const folder of identities.foldersOfAbsent()) {
    try {
      removeCache(folder);
    } catch {
      // Another program holds the file. The next start tries again.
      log('warn', 'the cache of somebody who is not signed in could not be erased');
    }
  }
}
