import { because, type Reason } from '@transom/shared';

/** The cache holds what this desk did not write: a document that cannot be read, rows that are missing. */
export class DamagedCache extends Error {
  readonly code = 'CACHE_DAMAGED';
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DamagedCache';
  }
}

/**
 * What SQLite reports when nothing is wrong with the file itself: another program holds it, or the disk is full. SQLITE_NOMEM is not among
 * them: SQLite also reports it for a damaged search index that claims to be huge, and if memory really runs out the program ends anyway.
 */
const passing = /^SQLITE_(BUSY|LOCKED|FULL|INTERRUPT|ABORT|PROTOCOL)/;

/**
 * Whether an error means that the cache has to be rebuilt. Every SQLite error that does not pass on its own counts, because the
 * cache may vanish at any time and no fault in it is worth a desk that does not work.
 */
export function isDamage(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'CACHE_DAMAGED' || (code.startsWith('SQLITE_') && !passing.test(code));
}

/** What is wrong with this computer's files. */
export function troubleOf(error: unknown): Reason {
  const code = codeOf(error);
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') return because('disk_full');
  if (passing.test(code)) return because('files_busy');
  return isDamage(error) ? because('cache_damaged') : because('files_unusable', { code });
}

/** Whether the trouble may pass without anybody doing anything in Transom, so that trying again is worthwhile. */
export function isTransient({ code }: Reason): boolean {
  return code === 'files_busy' || code === 'disk_full';
}

export const damagedLocal = because('local_damaged');
export const newerLocal = because('database_newer');

export function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : '';
}
