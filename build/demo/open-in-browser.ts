import { spawn } from 'node:child_process';

const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
  linux: ['xdg-open'],
};

/** Shows the address in the person's own browser; where that cannot be done, the printed address is enough. */
export function openInBrowser(address: string, say: (line: string) => void): void {
  const [command, ...args] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, address], { stdio: 'ignore', detached: true });
  child.once('error', () => say('transom: no browser could be opened here; copy the address into one.'));
  child.unref();
}
