import { parseArgs } from 'node:util';
import * as z from 'zod';
import { startSimulator } from './simulator.ts';
import { worldNames, worlds } from './worlds/worlds.ts';

const usage = `simulator: a stand-in for Meta on this machine

  --port N               port on 127.0.0.1 (default 0: any free one)
  --world NAME           sample world to load and play:
${worldNames.map((name) => `                           ${name.padEnd(18)} ${worlds[name].about}`).join('\n')}
  --target URL           relay that gets the webhooks
  --after-subscribing    webhooks of the world wait until the relay has subscribed its accounts
  --speed N              how fast the world plays (default 1; 0: not at all)
  --seed N               seed of all ids and chance (default 1)
  --instagram-secret S   app secret that signs Instagram's webhooks
  --facebook-secret S    app secret that signs the Page's webhooks
  --json                 print one JSON line {"url","accounts"} to standard output when ready
`;

const argumentsSchema = z.object({
  port: z.coerce.number('must be a number').int().min(0).max(65_535).default(0),
  world: z.enum(worldNames, `unknown world; there are ${worldNames.join(', ')}`).optional(),
  target: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).optional(),
  speed: z.coerce.number('must be a number').min(0).default(1),
  seed: z.coerce.number('must be a number').int().default(1),
  'instagram-secret': z.string('is required: the secret that the relay knows as INSTAGRAM_APP_SECRET').min(1),
  'facebook-secret': z.string('is required: the secret that the relay knows as FACEBOOK_APP_SECRET').min(1),
  'after-subscribing': z.boolean().default(false),
  json: z.boolean().default(false),
});

/** Runs the command until SIGINT or SIGTERM. Resolves with the exit code. */
export async function run(given: string[]): Promise<number> {
  const read = readArguments(given);
  if (read.kind === 'help') return say(usage, 0);
  if (read.kind === 'wrong') return say(`${read.sentence}\n\n${usage}`, 2);
  const { port, world, target, speed, seed, json, ...rest } = read.values;
  let simulator: Awaited<ReturnType<typeof startSimulator>>;
  try {
    simulator = await startSimulator({
      port,
      seed,
      instagramAppSecret: rest['instagram-secret'],
      facebookAppSecret: rest['facebook-secret'],
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return say(`Port ${port} is in use. Choose another one, or --port 0 for any free one.\n`, 1);
  }
  const { client, url } = simulator;
  if (target !== undefined) await client.setTarget(target);
  if (world !== undefined) await client.loadWorld(world, { afterSubscribing: rest['after-subscribing'] });
  const accounts = (await client.accounts()).map(({ channel, nativeId, token, name }) => ({
    channel,
    nativeId,
    token,
    name,
  }));
  if (json) process.stdout.write(`${JSON.stringify({ url, accounts })}\n`);
  say(`The simulator listens on ${url}${world === undefined ? '' : ` and plays ${world}`}. Stop it with Ctrl+C.\n`, 0);
  if (world !== undefined && speed > 0) await client.playWorld({ speed });

  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  await simulator.close();
  return 0;
}

type Read =
  | { kind: 'help' }
  | { kind: 'wrong'; sentence: string }
  | { kind: 'values'; values: z.infer<typeof argumentsSchema> };

function readArguments(given: string[]): Read {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const { values } = parseArgs({
      args: given,
      options: {
        port: text,
        world: text,
        target: text,
        speed: text,
        seed: text,
        'instagram-secret': text,
        'facebook-secret': text,
        'after-subscribing': flag,
        json: flag,
        help: flag,
      },
    });
    if (values.help === true) return { kind: 'help' };
    const parsed = argumentsSchema.safeParse(values);
    if (parsed.success) return { kind: 'values', values: parsed.data };
    return {
      kind: 'wrong',
      sentence: parsed.error.issues.map(({ path, message }) => `--${path.join('.')} ${message}`).join('\n'),
    };
  } catch (error) {
    return { kind: 'wrong', sentence: error instanceof Error ? error.message : String(error) };
  }
}

function say(text: string, code: number): number {
  process.stderr.write(text);
  return code;
}
