import { refuse as refusal } from '@transom/shared';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ChannelConnector, ChannelWebhook } from '../channels/channel.ts';
import type { Clock } from '../clock.ts';
import { sendRefusal } from '../http/problems.ts';
import type { Logger } from '../log.ts';
import { type BodiesUnderWay, maxBodyBytes } from './bodies-under-way.ts';
import type { GroupCommit } from './group-commit.ts';

/** Of the channel with this name. */
type NamedWebhook = Pick<ChannelConnector, 'name' | 'webhook'>;

export type WebhookDeps = {
  readonly commits: GroupCommit;
  readonly bodies: BodiesUnderWay;
  readonly clock: Clock;
  readonly log: Logger;
  readonly webhooks: readonly NamedWebhook[];
  readonly count: (result: 'stored' | 'bad_signature' | 'not_stored' | 'no_room') => void;
};

const bytes = 'application/octet-stream';

/**
 * Verify, store, then 200. Nothing parses the body here: the signature is over its exact bytes, and a body that is signed is
 * kept whatever is in it.
 */
export async function registerWebhooks(app: FastifyInstance, deps: WebhookDeps): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(bytes, (_request, _payload, done) => done(null));
    scope.addHook('onRequest', (request, _reply, done) => {
      // What is signed is kept, whatever it is called: an odd or broken content type must not turn it away.
      request.raw.headers['content-type'] = bytes;
      done();
    });
    for (const { name, webhook } of deps.webhooks) {
      for (const path of webhook.paths) {
        scope.get(path, (request, reply) => handshake(request, reply, webhook));
        scope.post(
          path,
          {
            bodyLimit: maxBodyBytes,
            onRequest: (request, reply, done) => (looksSigned(request, webhook) ? done() : void refuse(deps, reply)),
          },
          (request, reply) => keep(deps, { name, webhook }, request, reply),
        );
      }
    }
  });
}

function handshake(
  request: FastifyRequest,
  reply: FastifyReply,
  { scheme, verifyToken }: ChannelWebhook,
): FastifyReply {
  const answer = scheme.answerHandshake(request.query as Record<string, unknown>, verifyToken ?? undefined);
  if (!answer.ok) return reply.code(403).type('text/plain').send('forbidden');
  return reply.type('text/plain').send(answer.challenge);
}

/** Asked before a byte of the body is read: who cannot sign cannot make us buffer megabytes. */
function looksSigned(request: FastifyRequest, { scheme }: ChannelWebhook): boolean {
  const header = request.headers[scheme.header];
  return typeof header === 'string' && scheme.looksSigned(header);
}

/** Every secret that may have signed: of all apps of the family, so that none has to guess which one was used. */
function signerOf(deps: WebhookDeps, { scheme }: ChannelWebhook, request: FastifyRequest, body: Buffer): string | null {
  const header = request.headers[scheme.header];
  const secrets = deps.webhooks.flatMap(({ webhook }) => (webhook.scheme === scheme ? webhook.secrets : []));
  return scheme.verify(body, typeof header === 'string' ? header : undefined, secrets);
}

async function keep(
  deps: WebhookDeps,
  { name, webhook }: NamedWebhook,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const read = await deps.bodies.read(request.raw);
  if (!read.ok) return turnAway(deps, reply, read.why);
  try {
    const signedBy = signerOf(deps, webhook, request, read.body);
    if (signedBy === null) return refuse(deps, reply);
    await deps.commits.keep({ route: name, signedBy, body: read.body, receivedAt: deps.clock() });
  } catch (error) {
    deps.count('not_stored');
    deps.log.error({ err: error }, 'a webhook could not be stored; asked Meta to retry');
    return comeAgain(reply);
  } finally {
    read.release();
  }
  deps.count('stored');
  return reply.type('text/plain').send('EVENT_RECEIVED');
}

/** For a body that was not read to its end. The connection goes with the answer: what still comes on it is of no use. */
function turnAway(deps: WebhookDeps, reply: FastifyReply, why: 'too_large' | 'no_room' | 'broken_off'): FastifyReply {
  reply.header('connection', 'close');
  if (why === 'too_large') return sendRefusal(reply, refusal('body_too_large'));
  if (why === 'broken_off') return reply.code(400).type('text/plain').send('broken off');
  deps.count('no_room');
  return comeAgain(reply);
}

function comeAgain(reply: FastifyReply): FastifyReply {
  return reply.code(503).header('retry-after', '30').type('text/plain').send('not stored');
}

function refuse(deps: WebhookDeps, reply: FastifyReply): FastifyReply {
  deps.count('bad_signature');
  return reply.code(401).type('text/plain').send('signature missing or wrong');
}
