import { root } from '../root.ts';
import { findSentences } from './sentences.ts';

const found = findSentences(root);
for (const { file, line, words } of found) {
  process.stdout.write(
    `${file}:${line} says "${words}" itself. Put it into packages/shared/src/text and hand on its key.\n`,
  );
}
process.exitCode = found.length === 0 ? 0 : 1;
