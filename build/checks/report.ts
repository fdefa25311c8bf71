import { join } from 'node:path';
import { root } from '../root.ts';
import { findChannelNames } from './channel-names.ts';
import { secondWriters } from './one-writer.ts';
import { findForeignWords } from './plain-words.ts';
import { roomsThatLeadBack } from './renderer-rooms.ts';
import { findSentences } from './sentences.ts';
import { findWordsInCode } from './words-in-code.ts';

/** What these checks found, one line for each place: what is there, and what to do instead. */
const found = [
  ...findChannelNames(root).map(
    ({ file, line, name }) =>
      `${file}:${line} spells "${name}". Ask by the name found in data, or move it into the channel’s folder.`,
  ),
  ...secondWriters(join(root, 'apps/relay/src')).map(
    ({ file, table }) => `apps/relay/src/${file} writes "${table}". Only ledger/ may: ask it for the change by name.`,
  ),
  ...roomsThatLeadBack(join(root, 'apps/desktop/renderer')).map(
    (room) => `apps/desktop/renderer/${room} imports from a room that imports from it. Move what both need lower.`,
  ),
  ...findSentences(root).map(
    ({ file, line, words }) =>
      `${file}:${line} says "${words}" itself. Put it into packages/shared/src/text and hand on its key.`,
  ),
  ...findWordsInCode(root).map(
    ({ file, line, words }) => `${file}:${line} says "${words}". Words for people belong in packages/shared/src/text.`,
  ),
  ...findForeignWords(root).map(
    ({ file, line, word, instead }) => `${file}:${line} says "${word}". Plainer: ${instead}.`,
  ),
];
for (const line of found) process.stdout.write(`${line}\n`);
process.exitCode = found.length === 0 ? 0 : 1;
