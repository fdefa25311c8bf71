import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stack } from '../../build/stack/stack.ts';
import { until } from '../../build/stack/until.ts';

const path = join(tmpdir(), `transom-loop-${process.pid}`);

/** Call this before starting a relay whose event loop is to be watched. `flags` are more options for its Node. */
export function watchEventLoops(flags = ''): void {
  process.env['TRANSOM_LOOP_FILE'] = path;
  process.env['NODE_OPTIONS'] = `${flags} --import ${new URL('./loop-probe.ts', import.meta.url).href}`;
}

/** The longest time for which the relay's event loop was blocked, in ms, since the last call. */
export async function maxBlockMs(stack: Stack): Promise<number> {
  rmSync(path, { force: true });
  process.kill(stack.relayPid(), 'SIGUSR2');
  const written = await until('the relay has told', async () => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  });
  rmSync(path, { force: true });
  return Number(written);
}
