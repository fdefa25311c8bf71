import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimulatorClient, type WorldName } from '@transom/simulator';
import { ensureRelay, relayScript } from '../ensure-built.ts';
import { root } from '../root.ts';
import { operate, relayFlags } from './operator.ts';
import { type Running, start } from './process.ts';

/**
 * All of Transom on one machine, each part in its own process: the simulator in Meta's place, a relay, and a desk in the
 * browser host. The demo, the stories in a real browser and the benches all use this.
 */
export type StackAccount = {
  readonly channel: 'instagram' | 'facebook';
  readonly nativeId: string;
  readonly token: string;
  readonly name: string;
};

export type Stack = {
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly agencyId: string;
  readonly ownerCode: string;
  readonly accounts: readonly StackAccount[];
  readonly simulator: SimulatorClient;
  readonly simulatorUrl: string;
  readonly relayUrl: string;
  /** Stops the relay and starts it again on the same database and port; `kill` ends it as a power failure would. */
  stopRelay(how: 'stop' | 'kill'): Promise<void>;
  startRelay(): Promise<void>;
  relayPid(): number;
  relayLog(): string;
  startDesk(options?: DeskOptions): Promise<Running<{ url: string }>>;
  close(): Promise<void>;
};
export type DeskOptions = { readonly code?: string; readonly name?: string; readonly dataDir?: string };
export type StackOptions = {
  readonly world?: WorldName;
  readonly agency?: string;
  readonly plan?: 'starter' | 'plus' | 'pro';
  readonly seed?: number;
};

const secrets = { instagram: 'instagram-secret-of-this-machine', facebook: 'facebook-secret-of-this-machine' };

export async function startStack({
  world,
  agency = 'Nordic Saunas',
  plan = 'plus',
  seed = 1,
}: StackOptions = {}): Promise<Stack> {
  ensureRelay();
  const dir = await mkdtemp(join(tmpdir(), 'transom-'));
  const simulator = await start<{ url: string; accounts: StackAccount[] }>({
    name: 'simulator',
    script: join(root, 'packages/simulator/src/main.ts'),
    args: [
      '--port',
      '0',
      '--json',
      '--seed',
      String(seed),
      '--instagram-secret',
      secrets.instagram,
      '--facebook-secret',
      secrets.facebook,
    ],
  });
  const client = new SimulatorClient(simulator.ready.url);
  const env: Record<string, string> = {
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: `sqlite:${join(dir, 'data', 'transom.db')}`,
    TRANSOM_MASTER_KEY_FILE: join(dir, 'secrets', 'master.key'),
    INSTAGRAM_APP_ID: '880000000000001',
    INSTAGRAM_APP_SECRET: secrets.instagram,
    INSTAGRAM_WEBHOOK_TOKEN: 'verify-instagram',
    FACEBOOK_APP_ID: '880000000000002',
    FACEBOOK_APP_SECRET: secrets.facebook,
    FACEBOOK_WEBHOOK_TOKEN: 'verify-facebook',
    META_FACEBOOK_GRAPH_URL: `${simulator.ready.url}/facebook`,
    META_INSTAGRAM_GRAPH_URL: `${simulator.ready.url}/instagram`,
    TRANSOM_LOG: 'warn',
  };
  const { agencyId, ownerCode } = await operate<{ agencyId: string; ownerCode: string }>(
    env,
    'setup',
    '--agency',
    agency,
    '--plan',
    plan,
  );
  const accounts = world === undefined ? await twoAccounts(client) : await client.loadWorld(world);
  for (const account of accounts) await addAccount(env, dir, agencyId, account);

  let relay = await serve(env);
  env['PORT'] = new URL(relay.ready.url).port;
  await client.setTarget(relay.ready.url);
  const desks: Running<{ url: string }>[] = [];
  let desksBegun = 0;
  return {
    dir,
    env,
    agencyId,
    ownerCode,
    accounts,
    simulator: client,
    simulatorUrl: simulator.ready.url,
    relayUrl: relay.ready.url,
    stopRelay: (how) => relay[how](),
    startRelay: async () => {
      relay = await serve(env);
    },
    relayPid: () => relay.pid,
    relayLog: () => relay.log(),
    startDesk: async (options) => {
      // Counted before the await: two desks that start together must not share files.
      desksBegun += 1;
      const desk = await startDesk(dir, relay.ready.url, desksBegun, options);
      desks.push(desk);
      return desk;
    },
    close: async () => {
      await Promise.all([...desks.map((desk) => desk.stop()), relay.stop(), simulator.stop()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function serve(env: Readonly<Record<string, string>>): Promise<Running<{ url: string }>> {
  return start({ name: 'relay', script: relayScript, args: ['serve', '--json'], env, nodeArgs: relayFlags });
}

async function twoAccounts(client: SimulatorClient): Promise<StackAccount[]> {
  return [
    await client.addAccount({ channel: 'instagram', name: 'Nordic Saunas', username: 'nordicsaunas' }),
    await client.addAccount({ channel: 'facebook', name: 'Nordic Saunas' }),
  ];
}

async function addAccount(
  env: Readonly<Record<string, string>>,
  dir: string,
  agencyId: string,
  account: StackAccount,
): Promise<void> {
  const tokenFile = join(dir, `${account.nativeId}.token`);
  await writeFile(tokenFile, account.token, { mode: 0o600 });
  await operate(env, 'account', 'add', '--agency', agencyId, '--channel', account.channel, '--token-file', tokenFile);
}

function startDesk(
  dir: string,
  relayUrl: string,
  number: number,
  options: DeskOptions = {},
): Promise<Running<{ url: string }>> {
  const { code, name = 'Dana', dataDir = join(dir, `desk-${number}`) } = options;
  return start({
    name: 'desk',
    script: join(root, 'apps/desktop/hosts/browser/main.ts'),
    args: [
      '--data',
      dataDir,
      '--port',
      '0',
      '--relay',
      relayUrl,
      '--json',
      ...(code === undefined ? [] : ['--pair-code', code, '--name', name]),
    ],
  });
}
