import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import type { Database } from '../store/database.ts';
import { flushFolderOf } from '../store/durably.ts';
import type { AgencyStore, Store } from '../store/port.ts';
import type { Forgotten } from './forgotten.ts';

/**
 * What was forgotten, as a file beside the database: one line of JSON per row, only ever appended to. An older backup does not contain it,
 * so `restore` applies the file to the backup. A line that a crash cut off is written again, because its row is not marked as copied until
 * the line is complete; a duplicate line does no harm.
 */
export type WrittenDown = Forgotten & { readonly agencyId: string };

export function forgottenPathOf(database: Database): string {
  return database.fileBeside('forgotten');
}

/** What a database has forgotten and not copied yet. Empty for one that is damaged or from the first version. */
export function readUncopied(database: Database): Promise<WrittenDown[]> {
  return database.peek<WrittenDown>(
    `select agency_id as "agencyId", kind, subject, target, at from forgotten where copied_at is null`,
  );
}

const rowsAtOnce = 500;

/** Copies what has not been copied yet; returns the number of rows. */
export async function copyForgotten(store: Store, path: string, now: number): Promise<number> {
  let copied = 0;
  for (const { id } of await store.read((tx) => tx.all<{ id: string }>(`select id from agencies`))) {
    for (;;) {
      const count = await copySome(store.forAgency(id), path, now);
      copied += count;
      if (count < rowsAtOnce) break;
    }
  }
  return copied;
}

async function copySome(agency: AgencyStore, path: string, now: number): Promise<number> {
  const rows = await agency.read((tx) =>
    tx.all<Forgotten>(
      `select kind, subject, target, at from forgotten where agency_id = :agency and copied_at is null order by at limit :rowsAtOnce`,
      { rowsAtOnce },
    ),
  );
  if (rows.length === 0) return 0;
  appendForgotten(
    path,
    rows.map((row) => ({ agencyId: agency.agencyId, ...row })),
  );
  await agency.write(async (tx) => {
    for (const { kind, subject, at } of rows) {
      await tx.run(
        `update forgotten set copied_at = :now where agency_id = :agency and kind = :kind and subject = :subject and at = :at`,
        { kind, subject, at, now },
      );
    }
  });
  return rows.length;
}

/** Returns when the rows are on disk. */
export function appendForgotten(path: string, rows: readonly WrittenDown[]): void {
  if (rows.length === 0) return;
  const isNew = !existsSync(path);
  const file = openSync(path, 'a+', 0o600);
  try {
    const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    // `writeFileSync` writes everything; on a disk that is filling up, a single write may silently take less than it was given.
    writeFileSync(file, endsMidLine(file) ? `\n${lines}` : lines);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (isNew) flushFolderOf(path);
}

/** Whether a crash cut off the last line. */
function endsMidLine(file: number): boolean {
  const { size } = fstatSync(file);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  return last.toString() !== '\n';
}

const line = z.object({
  agencyId: z.string(),
  kind: z.enum(['unsent', 'erased', 'revoked', 'grant_ended']),
  subject: z.string(),
  target: z.string().nullable(),
  at: z.number().int(),
});

/** Every complete line; one that a crash cut off is left out. */
export function readForgotten(path: string): WrittenDown[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((text) => {
      try {
        const read = line.safeParse(JSON.parse(text));
        return read.success ? [read.data] : [];
      } catch {
        return [];
      }
    });
}
