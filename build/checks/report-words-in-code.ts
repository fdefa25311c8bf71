import { root } from '../root.ts';
import { findWordsInCode } from './words-in-code.ts';

const found = findWordsInCode(root);
for (const { file, line, words } of found) {
  process.stdout.write(`${file}:${line} says "${words}". Words for people belong in packages/shared/src/text.\n`);
}
process.exitCode = found.length === 0 ? 0 : 1;
