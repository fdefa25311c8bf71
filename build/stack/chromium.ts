import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { root } from '../root.ts';

/**
 * A real Chromium: the one that `CHROMIUM` names, the system's, or a package from the registry that needs nothing else installed.
 * The sandbox is off because tests also run as root, in containers that allow nothing else.
 */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: await findChromium(),
    chromiumSandbox: false,
    args: ['--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--no-first-run'],
  });
}

async function findChromium(): Promise<string> {
  const named = process.env['CHROMIUM'];
  if (named) return named;
  const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
    existsSync(path),
  );
  return installed ?? unpackChromium();
}

/** Unpacked once, beside the other things made from packages; two processes at the same moment would corrupt the file. */
async function unpackChromium(): Promise<string> {
  const folder = join(root, 'node_modules/.cache/chromium');
  mkdirSync(folder, { recursive: true });
  // The package reads these when it is loaded: where to unpack, and that it must bring its own NSS libraries.
  process.env['TMPDIR'] = folder;
  if (process.platform === 'linux') process.env['AWS_EXECUTION_ENV'] ??= 'AWS_Lambda_nodejs22.x';
  process.env['FONTCONFIG_PATH'] ??= '/etc/fonts';
  const { default: packed } = await import('@sparticuz/chromium');
  return packed.executablePath();
}
