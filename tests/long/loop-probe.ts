import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * Loaded into a relay before its own code. Each SIGUSR2 writes the longest time for which the event loop was blocked since the one before
 * (ms) to the file that TRANSOM_LOOP_FILE names. Measured from outside, a relay would seem blocked whenever the measuring process is.
 */
const path = process.env['TRANSOM_LOOP_FILE'];
if (path !== undefined && process.argv.includes('serve')) {
  const loop = monitorEventLoopDelay({ resolution: 2 });
  loop.enable();
  process.on('SIGUSR2', () => {
    writeFileSync(`${path}.part`, String(loop.max / 1e6));
    renameSync(`${path}.part`, path);
    loop.reset();
  });
}
