import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import { type Fault, type Faults, graphFaultKinds } from '../faults.ts';
import { type Account, type SimulatedChannel, tokenStateOf } from '../truth/accounts.ts';
import type { Truth } from '../truth/truth.ts';
import { appSecretProof } from '../webhooks/encode.ts';
import type { Outbox } from '../webhooks/outbox.ts';
import { type GraphAnswer, graphError, invalidParameter, objectMissing } from './answers.ts';
import { commentEndpoints } from './comments.ts';
import { conversationEndpoints } from './conversations.ts';
import { debugToken } from './debug-token.ts';
import { identityEndpoints } from './identity.ts';
import { sendEndpoints } from './messages.ts';
import { readNode } from './nodes.ts';

/** What an endpoint knows about the call: who calls, the parameters of query and body together, and the node in the path. */
export type GraphCall = {
  readonly world: GraphWorld;
  readonly account: Account;
  readonly node: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly token: string;
  /** Resolves when the answer has been sent, or the connection is gone. */
  readonly answered: Promise<void>;
};
export type GraphWorld = {
  readonly truth: Truth;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly outbox: Outbox;
  readonly secrets: Readonly<Record<SimulatedChannel, string>>;
  readonly mediaUrl: () => string;
};
export type Endpoint = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** Faults hit sends; they hit reads only if told to. */
  readonly call: 'send' | 'other';
  /** The node must be the calling account itself (`me` or its id). */
  readonly ownNode: boolean;
  readonly answer: (call: GraphCall) => GraphAnswer;
};

const endpoints: readonly Endpoint[] = [
  ...identityEndpoints,
  ...sendEndpoints,
  ...conversationEndpoints,
  ...commentEndpoints,
  { method: 'GET', path: '/:node', call: 'other', ownNode: false, answer: readNode },
];

/** Serves one of Meta's hosts under `/<channel>`. The server has already removed version segments. */
export function serveGraph(server: FastifyInstance, channel: SimulatedChannel, world: GraphWorld): void {
  void server.register(
    async (graph) => {
      // Like Meta's: from the clock that dates its messages.
      graph.addHook('onSend', async (_request, reply) => {
        void reply.header('date', new Date(world.clock.now()).toUTCString());
      });
      for (const endpoint of endpoints) {
        graph.route({
          method: endpoint.method,
          url: endpoint.path,
          handler: (request, reply) => handle(endpoint, channel, world, request, reply),
        });
      }
      if (channel === 'facebook') {
        graph.get('/debug_token', (request, reply) => {
          const { access_token, input_token } = request.query as Record<string, unknown>;
          const tokens = { callerToken: bearerOf(request) ?? access_token, inputToken: input_token };
          return answer(debugToken(world.truth, world.secrets.facebook, tokens), channel, world, reply);
        });
      }
      graph.setErrorHandler((error, _request, reply) =>
        answer(
          invalidParameter(`The request cannot be read: ${error instanceof Error ? error.message : 'unknown'}`),
          channel,
          world,
          reply,
        ),
      );
      graph.setNotFoundHandler((request, reply) =>
        answer(graphError(2500, `Unknown path components: ${request.url.split('?')[0]}`), channel, world, reply),
      );
    },
    { prefix: `/${channel}` },
  );
}

async function handle(
  endpoint: Endpoint,
  channel: SimulatedChannel,
  world: GraphWorld,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const parameters = { ...(request.query as object), ...(isObject(request.body) ? request.body : {}) } as Record<
    string,
    unknown
  >;
  const token = bearerOf(request) ?? parameters['access_token'];
  if (typeof token !== 'string')
    return answer(graphError(104, 'An access token is required to request this resource.'), channel, world, reply);
  const account = world.truth.accountOfToken(token);
  // Each login has its own host: a Page token means nothing to graph.instagram.com.
  if (account === undefined || account.channel !== channel) {
    return answer(graphError(190, 'Invalid OAuth access token - Cannot parse access token'), channel, world, reply);
  }
  const fault = world.faults.take(graphFaultKinds, [account.nativeId], endpoint.call);
  const state = fault?.kind === 'token_revoked' ? 'revoked' : tokenStateOf(account, token, world.clock.now());
  if (state === 'revoked') {
    return answer(
      graphError(
        190,
        'Error validating access token: The session has been invalidated because the user changed their password.',
        460,
      ),
      channel,
      world,
      reply,
    );
  }
  if (state === 'expired')
    return answer(graphError(190, 'Error validating access token: Session has expired.', 463), channel, world, reply);
  const proof = parameters['appsecret_proof'];
  if (proof !== undefined && proof !== appSecretProof(world.secrets[channel], token)) {
    return answer(invalidParameter('Invalid appsecret_proof provided in the API argument'), channel, world, reply);
  }
  const given = (request.params as { node?: string }).node ?? 'me';
  const node = given === 'me' || given === account.appScopedId ? account.nativeId : given;
  if (endpoint.ownNode && node !== account.nativeId) return answer(objectMissing(given), channel, world, reply);

  if (fault?.kind === 'reset_before_delivery') return reset(request, reply);
  if (fault?.kind === 'graph_throttled') return throttle(fault, account, world, reply);
  if (isServerError(fault) && fault.delivers !== true) return serverError(fault, channel, world, reply);

  const answered = new Promise<void>((resolve) => reply.raw.once('close', resolve));
  const result = endpoint.answer({ world, account, node, parameters, token, answered });
  if (fault?.kind === 'lost_answer') return reset(request, reply);
  if (isServerError(fault)) return serverError(fault, channel, world, reply);
  if (fault?.kind === 'slow_answer') await wait(fault.delayMs ?? 1_000, undefined, { ref: false });
  return answer(result, channel, world, reply);
}

function answer({ status, body }: GraphAnswer, channel: SimulatedChannel, world: GraphWorld, reply: FastifyReply) {
  const { error } = body as { error?: object };
  const type = channel === 'instagram' ? 'IGApiException' : 'OAuthException';
  const complete = error === undefined ? body : { error: { type, ...error, fbtrace_id: world.truth.ids.trace() } };
  return reply
    .code(status)
    .header('x-app-usage', appUsage(status === 429 ? 100 : 1))
    .send(complete);
}

/** Percent of what Meta allows the app. Meta reports calls and times separately; the simulator has no reason to. */
function appUsage(percent: number): string {
  return JSON.stringify({ call_count: percent, total_time: percent, total_cputime: percent });
}

/** Aborts the connection, so that the caller sees a reset and no answer. */
function reset(request: FastifyRequest, reply: FastifyReply) {
  reply.hijack();
  request.raw.socket.resetAndDestroy();
  return reply;
}

function throttle(fault: Fault, account: Account, world: GraphWorld, reply: FastifyReply) {
  const usage = {
    type: account.channel === 'instagram' ? 'instagram' : 'messenger',
    call_count: 100,
    total_cputime: 25,
    total_time: 30,
  };
  const estimated_time_to_regain_access = fault.regainAccessMinutes ?? 1;
  void reply.header(
    'x-business-use-case-usage',
    JSON.stringify({ [account.nativeId]: [{ ...usage, estimated_time_to_regain_access }] }),
  );
  const code = fault.code ?? (account.channel === 'instagram' ? 80002 : 80006);
  const { body } = graphError(code, 'There have been too many calls to this account. Wait a bit and try again.');
  return answer({ status: 429, body }, account.channel, world, reply);
}

type ServerErrorFault = Fault & { kind: 'graph_error' | 'graph_html' };

function isServerError(fault: Fault | null): fault is ServerErrorFault {
  return fault?.kind === 'graph_error' || fault?.kind === 'graph_html';
}

function serverError(fault: ServerErrorFault, channel: SimulatedChannel, world: GraphWorld, reply: FastifyReply) {
  if (fault.kind === 'graph_html')
    return reply
      .code(fault.status ?? 502)
      .type('text/html')
      .send('<html><body>Sorry, something went wrong.</body></html>');
  return answer(
    graphError(fault.code ?? 1, fault.message ?? 'An unknown error has occurred.', fault.subcode, fault.status ?? 500),
    channel,
    world,
    reply,
  );
}

function bearerOf(request: FastifyRequest): string | undefined {
  return /^(?:Bearer|OAuth) (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
