/** Something is wrong with this computer's files: a code for support and a sentence for people. */
export type Trouble = { readonly code: string; readonly detail: string };

/** The cache holds what this desk did not write: a document that cannot be read, rows that are missing. */
export class DamagedCache extends Error {
  readonly code = 'CACHE_DAMAGED';
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DamagedCache';
  }
}

/**
 * What SQLite says when nothing is wrong with the file itself: somebody holds it, or the disk is full. SQLITE_NOMEM is not among them:
 * SQLite also says it of a damaged search index that claims to be huge, and a computer that is really out of memory ends the program anyway.
 */
const passing = /^SQLITE_(BUSY|LOCKED|FULL|INTERRUPT|ABORT|PROTOCOL)/;

/**
 * Whether an error means that the cache has to be rebuilt. Every error of SQLite that does not pass on its own counts, because the
 * cache may vanish at any time and no fault in it is worth a desk that does not work.
 */
export function isDamage(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'CACHE_DAMAGED' || (code.startsWith('SQLITE_') && !passing.test(code));
}

export function troubleOf(error: unknown): Trouble {
  const code = codeOf(error);
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') {
    return {
      code: 'disk_full',
      detail:
        'This computer\u2019s disk is full, so nothing more can be stored. Free some space; nothing that was stored is lost.',
    };
  }
  if (passing.test(code)) {
    return {
      code: 'files_busy',
      detail:
        'Another program, perhaps a backup, is holding Transom\u2019s files on this computer. Transom keeps trying automatically.',
    };
  }
  if (isDamage(error)) {
    return {
      code: 'cache_damaged',
      detail:
        'The copy of the inbox on this computer has been damaged several times, so this computer\u2019s disk may be failing. Drafts and unsent replies are kept in another file. Have the disk checked.',
    };
  }
  return {
    code: 'files_unusable',
    detail: `Transom cannot use its folder on this computer. Check that Transom may write to the folder, then start it again.${code === '' ? '' : ` For whoever helps you with this: ${code}.`}`,
  };
}

/** Whether the trouble may pass without anybody doing anything in Transom, so that trying again is worthwhile. */
export function passesByItself({ code }: Trouble): boolean {
  return code === 'files_busy' || code === 'disk_full';
}

export const damagedLocal: Trouble = {
  code: 'local_damaged',
  detail:
    'The file with your drafts and unsent replies (local.db) is damaged. Transom has left it as it is. Restore it from a backup, or move it to another folder to start with an empty one.',
};

export const newerLocal: Trouble = {
  code: 'database_newer',
  detail: 'local.db was written by a newer Transom. Update Transom on this computer; nothing was changed.',
};

export function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : '';
}
