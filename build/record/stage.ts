import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PublicAccount, SimulatorClient } from '@transom/simulator';
import Database from 'better-sqlite3';
import { ensureRelay, relayScript } from '../ensure-built.ts';
import { root } from '../root.ts';
import { operate } from '../stack/operator.ts';
import { type Running, start } from '../stack/process.ts';
import { type Cast, castSeed, gatherCast } from './cast.ts';

/** Where the recording is made, and later played back: a simulator with the cast, and room for a relay and desks. */
export type Stage = {
  readonly dir: string;
  readonly databasePath: string;
  readonly masterKeyPath: string;
  readonly instagramSecret: string;
  readonly simulator: SimulatorClient;
  readonly cast: Cast;
  operate<Answer>(...args: readonly string[]): Promise<Answer>;
  addAccount(agencyId: string, account: PublicAccount): Promise<string>;
  /** Writes to the database what no operator command sets: that the account's app has the Human Agent feature. */
  grantHumanAgent(account: PublicAccount): void;
  /** Gives the first message that begins with `text` a kind that no version knows; returns its id. */
  giveUnknownKind(text: string): string;
  /** Ends the account's pause, as if the time that Meta asked for were over. */
  endPause(account: PublicAccount): void;
  /** Starts the relay; a second start keeps the address. */
  serve(nodeArgs?: readonly string[]): Promise<Running<{ url: string }>>;
  startDesk(dataDir: string, relayUrl: string, code: string): Promise<Running<{ url: string }>>;
  close(): Promise<void>;
};

/** The recording's secrets: they open nothing else. */
const secrets = { instagram: 'instagram-secret-of-the-recording', facebook: 'facebook-secret-of-the-recording' };

export async function openStage(): Promise<Stage> {
  ensureRelay();
  const dir = await mkdtemp(join(tmpdir(), 'transom-stage-'));
  await mkdir(join(dir, 'data'));
  await mkdir(join(dir, 'secrets'), { mode: 0o700 });
  const { instagram, facebook } = secrets;
  const simulator = await start<{ url: string }>({
    name: 'simulator',
    script: join(root, 'packages/simulator/src/main.ts'),
    args: [
      ...['--port', '0', '--json', '--seed', String(castSeed)],
      ...['--instagram-secret', instagram, '--facebook-secret', facebook],
    ],
  });
  const client = new SimulatorClient(simulator.ready.url);
  const databasePath = join(dir, 'data', 'transom.db');
  const masterKeyPath = join(dir, 'secrets', 'master.key');
  const env: Record<string, string> = {
    HOST: '127.0.0.1',
    PORT: '0',
    PUBLIC_URL: 'https://relay.example.com',
    DATABASE_URL: `sqlite:${databasePath}`,
    TRANSOM_MASTER_KEY_FILE: masterKeyPath,
    INSTAGRAM_APP_ID: '880000000000001',
    INSTAGRAM_APP_SECRET: instagram,
    INSTAGRAM_WEBHOOK_TOKEN: 'verify-instagram',
    FACEBOOK_APP_ID: '880000000000002',
    FACEBOOK_APP_SECRET: facebook,
    FACEBOOK_WEBHOOK_TOKEN: 'verify-facebook',
    META_FACEBOOK_GRAPH_URL: `${simulator.ready.url}/facebook`,
    META_INSTAGRAM_GRAPH_URL: `${simulator.ready.url}/instagram`,
    TRANSOM_LOG: 'warn',
  };
  const running: Running<unknown>[] = [simulator];
  function write(sql: string, nativeId: string): void {
    const db = new Database(databasePath);
    db.prepare(sql).run(nativeId);
    db.close();
  }
  return {
    dir,
    databasePath,
    masterKeyPath,
    instagramSecret: instagram,
    simulator: client,
    cast: await gatherCast(client),
    operate: (...args) => operate(env, ...args),
    async addAccount(agencyId, { channel, nativeId, token }) {
      const tokenFile = join(dir, `${nativeId}.token`);
      await writeFile(tokenFile, token, { mode: 0o600 });
      const about = ['--agency', agencyId, '--channel', channel, '--token-file', tokenFile];
      return (await operate<{ accountId: string }>(env, 'account', 'add', ...about)).accountId;
    },
    grantHumanAgent: ({ nativeId }) =>
      write('update accounts set human_agent_approved = 1 where native_id = ?', nativeId),
    giveUnknownKind(text) {
      const db = new Database(databasePath);
      const change = db.prepare<[string], string>(
        `update messages set kind = 'drawing' where id = (select min(id) from messages where text like ? || '%') returning id`,
      );
      const id = change.pluck().get(text);
      db.close();
      if (id === undefined) throw new Error(`No message begins with ${text}.`);
      return id;
    },
    endPause: ({ nativeId }) => write('update accounts set paused_until = 0 where native_id = ?', nativeId),
    async serve(nodeArgs = []) {
      const relay = await start<{ url: string }>({
        ...{ name: 'relay', script: relayScript, args: ['serve', '--json'], env, nodeArgs },
      });
      env['PORT'] = new URL(relay.ready.url).port;
      await client.setTarget(relay.ready.url);
      running.push(relay);
      return relay;
    },
    async startDesk(dataDir, relayUrl, code) {
      const desk = await start<{ url: string }>({
        name: 'desk',
        script: join(root, 'apps/desktop/hosts/browser/main.ts'),
        args: [
          ...['--data', dataDir, '--port', '0', '--json'],
          ...['--relay', relayUrl, '--pair-code', code, '--name', 'Dana'],
        ],
      });
      running.push(desk);
      return desk;
    },
    async close() {
      for (const process of running.toReversed()) await process.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
