import { refuse as refusal } from '@transom/shared';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerHandshake } from '../channels/meta/handshake.ts';
import { type AppSecret, verifySignature } from '../channels/meta/signature.ts';
import type { Clock } from '../clock.ts';
import { sendRefusal } from '../http/problems.ts';
import type { Logger } from '../log.ts';
import { type BodiesUnderWay, maxBodyBytes } from './bodies-under-way.ts';
import type { GroupCommit } from './group-commit.ts';

export type WebhookDeps = {
  readonly commits: GroupCommit;
  readonly bodies: BodiesUnderWay;
  readonly clock: Clock;
  readonly log: Logger;
  /** Every secret that may have signed: both apps, so that neither has to guess which one Meta used. */
  readonly secrets: readonly AppSecret[];
  readonly verifyTokens: { readonly instagram: string | null; readonly facebook: string | null };
  readonly count: (result: 'stored' | 'bad_signature' | 'not_stored' | 'no_room') => void;
};

const bytes = 'application/octet-stream';
const signatureHeader = 'x-hub-signature-256';
const signatureForm = /^sha256=[0-9a-f]{64}$/;

/** Where Meta calls. The second path is the one that older set-up instructions name. */
const routes = [
  { path: '/api/webhooks/instagram', platform: 'instagram' },
  { path: '/api/instagram/webhook', platform: 'instagram' },
  { path: '/api/webhooks/facebook', platform: 'facebook' },
] as const;

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
    for (const { path, platform } of routes) {
      scope.get(path, (request, reply) => handshake(request, reply, deps.verifyTokens[platform]));
      scope.post(
        path,
        {
          bodyLimit: maxBodyBytes,
          onRequest: (request, reply, done) => (looksSigned(request) ? done() : void refuse(deps, reply)),
        },
        (request, reply) => keep(deps, platform, request, reply),
      );
    }
  });
}

function handshake(request: FastifyRequest, reply: FastifyReply, verifyToken: string | null): FastifyReply {
  const answer = answerHandshake(request.query as Record<string, unknown>, verifyToken ?? undefined);
  if (!answer.ok) return reply.code(403).type('text/plain').send('forbidden');
  return reply.type('text/plain').send(answer.challenge);
}

/** Asked before a byte of the body is read: who cannot sign cannot make us buffer megabytes. */
function looksSigned(request: FastifyRequest): boolean {
  const header = request.headers[signatureHeader];
  return typeof header === 'string' && signatureForm.test(header);
}

async function keep(
  deps: WebhookDeps,
  platform: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const read = await deps.bodies.read(request.raw);
  if (!read.ok) return turnAway(deps, reply, read.why);
  try {
    const header = request.headers[signatureHeader];
    const signedBy = verifySignature(read.body, typeof header === 'string' ? header : undefined, deps.secrets);
    if (signedBy === null) return refuse(deps, reply);
    await deps.commits.keep({ route: platform, signedBy, body: read.body, receivedAt: deps.clock() });
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
