import { join } from 'node:path';
import { ensureRenderer } from '../ensure-built.ts';
import { findElectron, launchElectron } from '../stack/electron.ts';
import { startStack } from '../stack/stack.ts';
import { openInBrowser } from './open-in-browser.ts';
import { readOptions, usage } from './options.ts';
import { playScene } from './scene.ts';

/**
 * `npm run demo`: relay, simulator and inbox on this machine. Buyers write; answers from the inbox arrive at the simulator.
 * Nothing leaves the machine, and its folder is removed at the end.
 */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function main(): Promise<number> {
  const read = readOptions(process.argv.slice(2));
  if (!read.ok) {
    say(`${read.problem}\n${usage}`);
    return 2;
  }
  const { check, open, json, world } = read.options;
  ensureRenderer();
  say('transom: starting simulator and relay…');
  const stack = await startStack(check ? {} : { world });
  try {
    if (check) return (await playScene(stack, say)) ? 0 : 1;
    const electron = open ? await findElectron(say) : null;
    const address = electron === null ? (await stack.startDesk({ code: stack.ownerCode })).ready.url : null;
    if (json) {
      process.stdout.write(
        `${JSON.stringify({ inbox: address, relay: stack.relayUrl, simulator: stack.simulatorUrl })}\n`,
      );
    }
    if (address !== null) {
      say(`transom: the inbox is at ${address}`);
      if (open) openInBrowser(address, say);
    }
    if (electron !== null) {
      const app = launchElectron(electron, join(stack.dir, 'desk'));
      app.once('exit', () => process.kill(process.pid, 'SIGTERM'));
      say(`transom: pair the desk with the relay ${stack.relayUrl} and the code ${stack.ownerCode}`);
    }
    await stack.simulator.playWorld();
    say('transom: buyers are writing. Answer one of them; the simulator delivers it. Stop with Ctrl+C.');
    await untilAskedToStop();
    return 0;
  } finally {
    await stack.close();
  }
}

function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

process.exitCode = await main().catch((error: unknown) => {
  say(`transom: the demo could not start. ${error instanceof Error ? error.message : String(error)}`);
  return 1;
});
