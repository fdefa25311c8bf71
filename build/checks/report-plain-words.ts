import { root } from '../root.ts';
import { findForeignWords } from './plain-words.ts';

const found = findForeignWords(root);
for (const { file, line, word, instead } of found) {
  process.stdout.write(`${file}:${line} says "${word}". Plainer: ${instead}.\n`);
}
process.exitCode = found.length === 0 ? 0 : 1;
