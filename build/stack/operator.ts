import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { relayScript } from '../ensure-built.ts';
import { root } from '../root.ts';

const run = promisify(execFile);
const { config } = JSON.parse(readFileSync(join(root, 'apps/relay/package.json'), 'utf8')) as {
  config: { nodeFlags: string[] };
};
/** Flags for the relay's Node, the same as for `npm run relay`. */
export const relayFlags: readonly string[] = config.nodeFlags;

/** Runs one `transom-relay` command and reads the JSON line that it prints. */
export async function operate<Answer>(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Answer> {
  const { stdout } = await run(process.execPath, [relayScript, ...args, '--json'], { env: { ...process.env, ...env } });
  return JSON.parse(stdout) as Answer;
}
