import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * Tables that only one room of the relay may write: `messages`, because it holds the states of a message, and the audit trail,
 * because a unit of work continues its chain. Migrations and tests may write them too.
 */
const owners: Readonly<Record<string, string>> = { messages: 'ledger', events: 'ledger' };
const write =
  /\b(?:update(?:\s+or\s+\w+)?|insert(?:\s+or\s+\w+)?\s+into|replace\s+into|delete\s+from)\s+["'`[]?(\w+)/gi;

export type SecondWriter = { readonly file: string; readonly table: string };

/** Other writers of such a table in a relay's source folder. */
export function secondWriters(folder: string): SecondWriter[] {
  return globSync('**/*.ts', { cwd: folder })
    .filter((file) => !/\.test\.ts$|\.long\.ts$|(?:^|\/)testing\/|^store\/migrations\//.test(file))
    .flatMap((file) => writersIn(folder, file));
}

function writersIn(folder: string, file: string): SecondWriter[] {
  const [room] = relative(folder, join(folder, file)).split('/');
  return [...readFileSync(join(folder, file), 'utf8').matchAll(write)].flatMap(([, table = '']) => {
    const owner = owners[table.toLowerCase()];
    return owner === undefined || owner === room ? [] : [{ file, table }];
  });
}
