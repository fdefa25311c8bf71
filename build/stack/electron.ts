import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../root.ts';

const desktop = join(root, 'apps/desktop');
const electron = join(desktop, 'node_modules/electron');
/** How long a person may wait for a window before the browser host is the better choice. */
const probeMs = 2_000;

/** The Electron binary: the installed one, or one that can be fetched now; otherwise null, with one line that says why. */
export async function findElectron(say: (line: string) => void): Promise<string | null> {
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) {
    say('transom: this machine has no display, so the inbox opens in the browser host instead of Electron.');
    return null;
  }
  const installed = installedBinary();
  if (installed !== null) return installed;
  if (await canFetch()) {
    say('transom: fetching Electron, once…');
    spawnSync(process.execPath, [join(electron, 'install.js')], { stdio: ['ignore', 2, 2], timeout: 180_000 });
  }
  const fetched = installedBinary();
  if (fetched === null)
    say(
      'transom: Electron cannot be fetched here, so the inbox opens in the browser host: the same app in a browser tab.',
    );
  return fetched;
}

function installedBinary(): string | null {
  const pathFile = join(electron, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const binary = join(electron, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(binary) ? binary : null;
}

async function canFetch(): Promise<boolean> {
  try {
    const answer = await fetch('https://github.com/electron/electron/releases', {
      method: 'HEAD',
      signal: AbortSignal.timeout(probeMs),
    });
    return answer.ok;
  } catch {
    return false;
  }
}

/** Builds the Electron host and starts it with a data folder of its own. */
export function launchElectron(binary: string, dataDir: string): ChildProcess {
  const viteCli = join(desktop, 'node_modules/electron-vite/bin/electron-vite.js');
  const built = spawnSync(process.execPath, [viteCli, 'build', '--logLevel', 'warn'], {
    cwd: desktop,
    stdio: ['ignore', 2, 2],
  });
  if (built.status !== 0) throw new Error('The Electron host could not be built; the lines above say why.');
  return spawn(binary, [desktop, `--data=${dataDir}`], { stdio: ['ignore', 2, 2] });
}
