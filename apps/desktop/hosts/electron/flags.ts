import { resolve } from 'node:path';

export type Flags = {
  /** Folder for everything that this desk keeps, or null for the system's usual place. */
  readonly dataDir: string | null;
  /** Started with the computer: no window until somebody asks for one. */
  readonly startHidden: boolean;
};

/** Reads our own flags and ignores all others, because Chromium and the desktop environment add theirs. */
export function parseFlags(argv: readonly string[]): Flags {
  let dataDir: string | null = null;
  let startHidden = false;
  for (const [index, argument] of argv.entries()) {
    if (argument === '--hidden') startHidden = true;
    if (argument.startsWith('--data=')) dataDir = argument.slice('--data='.length);
    const next = argv[index + 1];
    if (argument === '--data' && next !== undefined && !next.startsWith('-')) dataDir = next;
  }
  return { dataDir: dataDir ? resolve(dataDir) : null, startHidden };
}
