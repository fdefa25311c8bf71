import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stack } from '../../build/stack/stack.ts';
import { until } from '../../build/stack/until.ts';

const path = join(tmpdir(), `transom-loop-${process.pid}`);

/** To be called before a relay is started whose event loop is asked for. `flags` are more options for its Node. */
export function watchEventLoops(flags = ''): void {
  process.env['TRANSOM_LOOP_FILE'] = path;
  process.env['NODE_OPTIONS'] = `${flags} --import ${new URL('./loop-probe.ts', import.meta.url).href}`;
}

/** For how long the event loop of the relay stood still at most, in ms, since this was asked before. */
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
