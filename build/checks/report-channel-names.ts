import { root } from '../root.ts';
import { findChannelNames } from './channel-names.ts';

const found = findChannelNames(root);
for (const { file, line, name } of found) {
  process.stdout.write(
    `${file}:${line} spells "${name}". Ask by the name found in data, or move it into the channel’s folder.\n`,
  );
}
process.exitCode = found.length === 0 ? 0 : 1;
