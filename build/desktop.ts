import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureRenderer } from './ensure-built.ts';
import { root } from './root.ts';
import { findElectron, launchElectron } from './stack/electron.ts';

/** `npm run desktop`: the desk alone, to be paired with a relay that runs somewhere. Arguments are passed to the browser host. */
const args = process.argv.slice(2);
const wantsBrowserHost = args.length > 0;
const electron = wantsBrowserHost ? null : await findElectron((line) => process.stderr.write(`${line}\n`));
if (electron !== null) launchElectron(electron, join(root, '.transom/desk'));
else {
  ensureRenderer();
  const host = spawn(process.execPath, [join(root, 'apps/desktop/hosts/browser/main.ts'), ...args], {
    stdio: 'inherit',
  });
  host.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => host.kill(signal));
}
