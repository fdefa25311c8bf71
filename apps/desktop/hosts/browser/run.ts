import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { refuse, sentenceOf } from '@transom/shared';
import { createCore } from '../../core/create-core.ts';
import type { HostPorts, Log } from '../../core/ports.ts';
import { openSecrets } from '../../core/secrets.ts';
import { newToken } from './access.ts';
import { type DeskServer, startDeskServer } from './desk-server.ts';
import { parseFlags } from './flags.ts';
import { pairOnce } from './pairing.ts';
import { words } from './words.ts';

const bundleDir = fileURLToPath(new URL('../../out/renderer', import.meta.url));
const packageFile = new URL('../../package.json', import.meta.url);

/** A process behind a page can do none of these; the page itself can do some, and does when the platform is `browser`. */
const host: HostPorts = {
  // The core has allowed the link, and the window opens it: only it can open a tab.
  openExternal: async () => false,
  notify: async () => ({ ok: false, refusal: refuse('not_configured.browser_notifications') }),
  closeNotification: () => undefined,
  setBadge: () => undefined,
};

/** Facts are ids, counts and codes, so a line never holds people's words. */
const log: Log = (level, message, facts) => {
  process.stderr.write(`${JSON.stringify({ at: Date.now(), level, message, ...facts })}\n`);
};

/** Starts the desk, prints where its window is, and ends cleanly on SIGTERM or SIGINT. */
export async function run(args: readonly string[]): Promise<void> {
  const parsed = parseFlags(args);
  if (!parsed.ok) return fail(`${parsed.problem}\n\n${words().hosts.terminal.usage}`);
  const { flags } = parsed;
  const core = await createCore({
    dataDir: flags.dataDir,
    platform: { host: 'browser', os: process.platform, version: await readVersion(), canNotify: false },
    // Named after the folder: another data folder is another desk.
    secrets: openSecrets(`Transom (${flags.dataDir})`, log),
    host,
    log,
  });
  const token = newToken();
  let server: DeskServer;
  try {
    server = await startDeskServer({ port: flags.port, bundleDir, token, serve: core.serve });
  } catch (error) {
    await core.close();
    return fail(explainListenError(error, flags.port));
  }

  let isClosing = false;
  const close = async (): Promise<void> => {
    if (isClosing) return;
    isClosing = true;
    await server.close();
    await core.close();
    process.exit();
  };
  process.on('SIGTERM', () => void close());
  process.on('SIGINT', () => void close());

  if (flags.pairing !== null) {
    // A desk that is already paired stays as it is, and only the keychain can say whether it is.
    await core.isSignInKnown;
    const outcome = await pairOnce(core, flags.pairing);
    if (!outcome.ok) {
      fail(words().hosts.terminal.notPaired(sentenceOf(words(), outcome.refusal)));
      return close();
    }
  }
  const url = `http://127.0.0.1:${server.port}/#token=${token}`;
  process.stdout.write(flags.json ? `${JSON.stringify({ url })}\n` : `${words().hosts.terminal.ready(url)}\n`);
}

async function readVersion(): Promise<string> {
  const file: unknown = JSON.parse(await readFile(packageFile, 'utf8'));
  return typeof file === 'object' && file !== null && 'version' in file ? String(file.version) : '0.0.0';
}

function explainListenError(error: unknown, port: number): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null;
  if (code === 'EADDRINUSE') return words().hosts.terminal.portInUse(port);
  if (code === 'EACCES') return words().hosts.terminal.portForbidden(port);
  throw error;
}

function fail(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}
