import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import { answerHandshake } from '../meta/handshake.ts';
import { type AppSecret, verifySignature } from '../meta/signature.ts';
import type { GroupCommit } from './group-commit.ts';

export type WebhookDeps = {
  readonly commits: GroupCommit;
  readonly clock: Clock;
  readonly log: Logger;
  /** Every secret that may have signed: both apps, so that neither has to guess which one Meta used. */
  readonly secrets: readonly AppSecret[];
  readonly verifyTokens: { readonly instagram: string | null; readonly facebook: string | null };
  readonly count: (result: 'stored' | 'bad_signature' | 'not_stored') => void;
};

/** Meta batches up to 1,000 updates in one POST. A cap that is too small would refuse the same body until Meta unsubscribes us. */
const maxBodyBytes = 8 * 1024 * 1024;
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
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxBodyBytes }, (_request, body, done) =>
      done(null, body),
    );
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
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const header = request.headers[signatureHeader];
  const signedBy = verifySignature(body, typeof header === 'string' ? header : undefined, deps.secrets);
  if (signedBy === null) return refuse(deps, reply);
  try {
    await deps.commits.keep({ route: platform, signedBy, body, receivedAt: deps.clock() });
  } catch (error) {
    deps.count('not_stored');
    deps.log.error({ err: error }, 'a webhook could not be stored; Meta was told to come again');
    return reply.code(503).header('retry-after', '30').type('text/plain').send('not stored');
  }
  deps.count('stored');
  return reply.type('text/plain').send('EVENT_RECEIVED');
}

function refuse(deps: WebhookDeps, reply: FastifyReply): FastifyReply {
  deps.count('bad_signature');
  return reply.code(401).type('text/plain').send('signature missing or wrong');
}
