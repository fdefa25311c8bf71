import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../root.ts';

const run = promisify(execFile);
export const relayScript = join(root, 'apps/relay/src/main.ts');

/** Runs one `transom-relay` command and reads the JSON line that it prints. */
export async function operate<Answer>(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Answer> {
  const { stdout } = await run(process.execPath, [relayScript, ...args, '--json'], { env: { ...process.env, ...env } });
  return JSON.parse(stdout) as Answer;
}
