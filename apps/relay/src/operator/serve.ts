import { channelsThatCannotReceive } from '../channels/all.ts';
import { createLogger } from '../log.ts';
import type { Settings } from '../settings.ts';
import { isStoreError } from '../store/errors.ts';
import { ensureMasterKey } from '../vault/master-key.ts';
import { type Call, type Command, Refused } from './command.ts';
import { databaseOf } from './relay-files.ts';

export const serve: Command = {
  name: 'serve',
  summary: 'Receive, keep and send until told to stop',
  usage: `

Ends on SIGTERM or Ctrl-C after what is under way is done; a second one ends it at once. Nothing is lost either way.
With --json prints {"url","metricsUrl"} when it is ready.`,
  options: {},
  async run(call) {
    const { settings } = call;
    const log = createLogger(settings.logLevel);
    const stopped = untilToldToStop();
    await prepareFirstStart(call);
    // Loaded here, so that no other command waits for the web server.
    const { startRelay } = await import('../relay.ts');
    const relay = await startRelay(settings, log).catch((error: unknown) => {
      throw explain(error, settings);
    });
    for (const sentence of channelsThatCannotReceive(settings.channels)) call.remark(sentence);
    call.tell({ url: relay.url, metricsUrl: relay.metricsUrl }, `The relay serves at ${relay.url}`);
    await stopped;
    call.remark('Stopping: what is under way is finished first. Once more stops at once.');
    await relay.close();
    return 0;
  },
};

/**
 * A relay may serve before anybody has run `setup`. A master key is made only if there is no database either: with an existing one, a
 * missing key is a mistake in the settings, and a new key would open nothing.
 */
async function prepareFirstStart({ settings, remark }: Call): Promise<void> {
  const database = databaseOf(settings);
  if (await database.exists()) return;
  ensureMasterKey(settings.masterKeyFile);
  remark(`This relay is new: ${database.name} is empty. Run "transom-relay setup" for its first agency.`);
}

/** Listens before the relay starts, so that a signal during the start is not lost. */
function untilToldToStop(): Promise<void> {
  return new Promise((resolve) => {
    let told = false;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (told) process.exit(1);
        told = true;
        resolve();
      });
    }
  });
}

/** Explains what commonly keeps a relay from starting, and what to do. */
function explain(error: unknown, settings: Settings): unknown {
  const { code, syscall, port: failedPort } = error as NodeJS.ErrnoException & { port?: number };
  const named = settings.metricsListen;
  if (
    syscall === 'listen' &&
    code !== undefined &&
    named !== null &&
    named.port === failedPort &&
    named.port !== settings.port
  ) {
    return new Refused(
      `The relay cannot answer figures at ${named.host}:${named.port} (${code}). Set METRICS_LISTEN to another host and port of this machine.`,
      { cause: error },
    );
  }
  const { host, port } = settings;
  const wayOut: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} of ${host} is taken, perhaps by another relay. Stop that one, or set PORT to another number.`,
    EACCES: `This user may not listen on port ${port}. Set PORT to one above 1023 and let a proxy take the public one.`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Set HOST to 127.0.0.1 or to an address of this machine.`,
  };
  const isUnwritable = syscall !== 'listen' && code !== undefined && unwritable.test(code);
  if (isUnwritable || isStoreError(error, 'denied')) {
    return new Refused(
      `The database ${databaseOf(settings).name} and its folder must be writable for the user who runs the relay. Change their owner or rights, or set DATABASE_URL to another place.`,
      { cause: error },
    );
  }
  const sentence = syscall === 'listen' && code !== undefined ? wayOut[code] : undefined;
  return sentence === undefined ? error : new Refused(sentence, { cause: error });
}

const unwritable = /^(EACCES|EROFS|EPERM)$/;
