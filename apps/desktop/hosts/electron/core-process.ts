import { createBirpc } from 'birpc';
import type { MessageEvent } from 'electron';
import { createCore } from '../../core/create-core.ts';
import type { HostPorts, Log } from '../../core/ports.ts';
import { openSecrets } from '../../core/secrets.ts';
import { type CoreProcess, type CoreSettings, ownFunctionOnly } from './core-protocol.ts';
import { channelOverPort } from './port-channel.ts';

/**
 * The core's own process. Its parent sends windows (a message with a port) and calls; whatever arrives while the core
 * still opens its files waits for it. An error that nobody expected ends the process, and the shell starts another.
 */
const parent = process.parentPort;
// The argument was written by the shell of this very build.
const settings = JSON.parse(process.argv[2] ?? '') as CoreSettings;

const functions: CoreProcess = {
  openConversation: (conversationId) => void core.then((ready) => ready.openConversation(conversationId)),
  wake: () => void core.then((ready) => ready.wake()),
  close: async () => (await core).close(),
};

const shell = createBirpc<HostPorts, CoreProcess, false>(functions, {
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

/** Into the shell's own error output; facts are ids, counts and codes, so a line never holds the words of people. */
const log: Log = (level, message, facts) => {
  process.stderr.write(`${JSON.stringify({ at: Date.now(), level, message, ...facts })}\n`);
};

const core = openSecrets(settings.keychainService).then((secrets) =>
  createCore({
    dataDir: settings.dataDir,
    platform: { host: 'electron', os: process.platform, version: settings.version, canNotify: true },
    secrets,
    host,
    log,
  }),
);

parent.on('message', ({ ports }) => {
  const [port] = ports;
  if (port === undefined) return;
  void core.then((ready) => {
    const stop = ready.serve(channelOverPort(port));
    port.once('close', stop);
  });
});
