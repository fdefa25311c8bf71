import { join } from 'node:path';
import { ensureRelay, ensureRenderer } from './ensure-built.ts';
import { root } from './root.ts';

/** Runs once before all tests: no test looks at what an older source was built into. */
export function setup(): void {
  // Hundreds of relays, desks and commands are started; with a cache of compiled code each start takes half the time.
  process.env['NODE_COMPILE_CACHE'] ??= join(root, 'artifacts/compiled');
  ensureRenderer();
  ensureRelay();
}
