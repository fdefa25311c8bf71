import { writeSync } from 'node:fs';
import { createBirpc } from 'birpc';
import type { MessageEvent } from 'electron';
import { createCore } from '../../core/create-core.ts';
import type { HostPorts, Log } from '../../core/ports.ts';
import { openSecrets } from '../../core/secrets.ts';
import { type CoreProcess, type CoreSettings, ownFunctionOnly, type Shell } from './core-protocol.ts';
import { pipeOverPort } from './port-pipe.ts';

/**
 * The core's own process. Its parent sends windows (a message with a port) and calls; whatever arrives while the core is still
 * opening its files waits. An unexpected error ends the process, and the shell starts another. Since Electron 37 an unhandled
 * rejection alone does not: the process would live on and answer nobody (its "breaking changes", read 2026-11-25).
 */
process.on('unhandledRejection', end);
function end(error: unknown): never {
  const facts = { error: error instanceof Error ? error.name : typeof error, code: codeOf(error) };
  // Synchronously, because the process ends before a stream would have written.
  writeSync(2, `${JSON.stringify({ at: Date.now(), level: 'error', message: 'the core ended', ...facts })}\n`);
  process.exit(1);
}

const parent = process.parentPort;
// The argument was written by the shell of the same build.
const settings = JSON.parse(process.argv[2] ?? '') as CoreSettings;

const functions: CoreProcess = {
  openConversation: (conversationId) => void core.then((ready) => ready.openConversation(conversationId)),
  wake: (hasSlept) => void core.then((ready) => ready.wake(hasSlept)),
  close: async () => (await core).close(),
};

const shell = createBirpc<Shell, CoreProcess, false>(functions, {
  proxify: false,
  post: (data) => parent.postMessage(data),
  on: (listener) => parent.on('message', ({ data, ports }: MessageEvent) => ports.length === 0 && listener(data)),
  resolver: ownFunctionOnly(functions),
});

const host: HostPorts = {
  openExternal: (url) => shell.$call('openExternal', url),
  notify: (notification) => shell.$call('notify', notification),
  closeNotification: (id) => void shell.$callEvent('closeNotification', id),
  setBadge: (count) => void shell.$callEvent('setBadge', count),
};

/** Into the shell's own error output; facts are ids, counts and codes, so a line never holds people's words. */
const log: Log = (level, message, facts) => {
  process.stderr.write(`${JSON.stringify({ at: Date.now(), level, message, ...facts })}\n`);
};

const core = createCore({
  dataDir: settings.dataDir,
  platform: { host: 'electron', os: process.platform, version: settings.version, canNotify: true },
  secrets: openSecrets(settings.keychainService, log),
  host,
  log,
});
core.then(() => shell.$callEvent('ready')).catch(end);

parent.on('message', ({ ports }) => {
  const [port] = ports;
  if (port === undefined) return;
  void core.then((ready) => {
    const stop = ready.serve(pipeOverPort(port));
    port.once('close', stop);
  });
});

function codeOf(error: unknown): string | null {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null;
  return typeof code === 'string' ? code : null;
}
