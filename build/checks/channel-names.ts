import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeFilesIn, isAt, withoutComments } from './source-text.ts';

/**
 * A channel is a folder: nothing outside it knows it by name, so that a new channel does not need edits in every room. The names are those
 * of the folders; a channel's hosts are found with them. Comments may mention a channel, code and texts may not.
 */
const channelsFolder = 'apps/relay/src/channels';
const watched = ['apps/relay', 'packages/shared', 'apps/desktop'];

/** Where a channel's name may occur, and why. */
const allowed: readonly string[] = [
  // The channels themselves.
  `${channelsFolder}/`,
  // What desks knew about channels before rules were sent to them. Frozen.
  'packages/shared/src/policies-of-version-2.ts',
  // The texts that people read.
  'packages/shared/src/text/',
  // The one table of pictures and colors.
  'apps/desktop/renderer/parts/channel-badge.tsx',
  'apps/desktop/renderer/parts/channel-badge.module.css',
  // The description of the product, for people who install it.
  'apps/desktop/electron-builder.config.ts',
];

/** The folders of the channels' family and of tests are not named after a channel. */
const familyFolders: ReadonlySet<string> = new Set(['meta', 'testing']);
const isCode = /\.(ts|tsx|mts|css)$/;

export type Spelled = { readonly file: string; readonly line: number; readonly name: string };

/** Every place under `root` that names a channel but must not know it. */
export function findChannelNames(root: string): Spelled[] {
  const names = channelsIn(root);
  const word = new RegExp(names.join('|'), 'i');
  return codeFilesIn(root, watched, isCode)
    .filter((file) => !isAt(allowed, file))
    .flatMap((file) =>
      withoutComments(readFileSync(join(root, file), 'utf8'))
        .split('\n')
        .flatMap((line, index) => {
          const name = word.exec(line)?.[0];
          return name === undefined ? [] : [{ file, line: index + 1, name }];
        }),
    );
}

function channelsIn(root: string): string[] {
  const names = readdirSync(join(root, channelsFolder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !familyFolders.has(entry.name))
    .map((entry) => entry.name);
  if (names.length === 0) throw new Error(`There is no channel in ${channelsFolder}: nothing would be checked.`);
  return names;
}
