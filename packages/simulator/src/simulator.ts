import Fastify from 'fastify';
import { SimulatorClient } from './client.ts';
import { createClock } from './clock.ts';
import { serveControl } from './control.ts';
import { createFaults } from './faults.ts';
import { serveGraph } from './graph/graph.ts';
import { mediaPath, serveMedia } from './media.ts';
import { createRandom } from './random.ts';
import { createNativeIds } from './truth/native-ids.ts';
import { createTruth } from './truth/truth.ts';
import { createOutbox } from './webhooks/outbox.ts';
import { createStage } from './worlds/stage.ts';

export type SimulatorSettings = {
  /** 0 or omitted: any free port. */
  readonly port?: number | undefined;
  readonly seed?: number | undefined;
  readonly instagramAppSecret: string;
  readonly facebookAppSecret: string;
  /** Wait before the first retry of a failed webhook; each further one is twice as long. */
  readonly retryBaseMs?: number | undefined;
};

export type Simulator = { readonly url: string; readonly client: SimulatorClient; close(): Promise<void> };

/** Starts a stand-in for Meta on loopback. Rejects with Node's own error (`EADDRINUSE`) if the port is taken. */
export async function startSimulator(settings: SimulatorSettings): Promise<Simulator> {
  const secrets = { instagram: settings.instagramAppSecret, facebook: settings.facebookAppSecret };
  const random = createRandom(`transom/${settings.seed ?? 1}`);
  const clock = createClock();
  const faults = createFaults();
  const truth = createTruth(createNativeIds(random.fork('ids')), clock);
  const outbox = createOutbox({ secrets, clock, faults, retryBaseMs: settings.retryBaseMs ?? 500 });
  const stage = createStage({ truth, outbox, clock, random: random.fork('worlds'), mediaUrl });

  let url = '';
  function mediaUrl(): string {
    return `${url}${mediaPath}`;
  }

  const server = Fastify({
    forceCloseConnections: true,
    bodyLimit: 8 * 1024 * 1024,
    // The simulator treats every API version the same.
    rewriteUrl: ({ url: path = '/' }) => path.replace(/^\/(facebook|instagram)\/v\d+\.\d+(?=\/|$|\?)/, '/$1'),
  });
  // Like Meta, accepts a JSON call without a body.
  server.removeContentTypeParser('application/json');
  server.addContentTypeParser('application/json', { parseAs: 'string' }, async (_request: unknown, body: string) =>
    body === '' ? {} : JSON.parse(body),
  );
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (_request: unknown, body: string) => Object.fromEntries(new URLSearchParams(body)),
  );
  const graphWorld = { truth, clock, faults, outbox, secrets, mediaUrl };
  serveGraph(server, 'instagram', graphWorld);
  serveGraph(server, 'facebook', graphWorld);
  serveMedia(server);
  serveControl(server, { truth, clock, faults, outbox, stage, mediaUrl });
  url = await server.listen({ host: '127.0.0.1', port: settings.port ?? 0 });

  return {
    url,
    client: new SimulatorClient(url),
    async close() {
      stage.close();
      outbox.close();
      await server.close();
    },
  };
}
