import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * Loaded into a relay before itself. Each SIGUSR2 writes for how long the event loop stood still at most since the one before (ms)
 * to the file that TRANSOM_LOOP_FILE names. Asked from outside, a relay seems to stand still while its asker does.
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
