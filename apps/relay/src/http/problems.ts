import { problemDocument, type Refusal, refusalCodeSchema, refusalSchema, refuse } from '@transom/shared';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import * as z from 'zod';
import type { Logger } from '../log.ts';
import { explainTrouble } from '../store/trouble.ts';

export const problemType = 'application/problem+json';

/** What every answer that is not a success looks like (RFC 9457). */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.enum(refusalCodeSchema.options),
  detail: z.string(),
  reason: refusalSchema.shape.reason,
  params: refusalSchema.shape.params,
  answer: refusalSchema.shape.answer,
});

export function sendRefusal(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const document = problemDocument(refusal);
  return reply.code(document.status).type(problemType).send(document);
}

/** The one place where an unexpected error and an unknown address become an answer. Nothing of the error itself is sent. */
export function answerProblems(app: FastifyInstance, log: Logger): void {
  app.setNotFoundHandler((request, reply) =>
    sendRefusal(reply, refuse('not_found.address', { method: request.method })),
  );
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const asked = refusalOf(error);
    if (asked !== null) return sendRefusal(reply, asked);
    const route = request.routeOptions.url;
    const { refusal, logged } = explainTrouble(error);
    log.error({ ...logged, method: request.method, ...(route === undefined ? {} : { route }) }, 'a request failed');
    return sendRefusal(reply, refusal);
  });
}

/**
 * For fastify's option `frameworkErrors`: an address that cannot even be decoded never reaches a route or the handlers above.
 */
export function answerUnreadable(_error: FastifyError, _request: unknown, reply: FastifyReply): void {
  sendRefusal(reply, refuse('invalid_request.address'));
}

/** The caller's mistakes; null for the disk's and ours. */
function refusalOf(error: FastifyError): Refusal | null {
  if (error.statusCode === 413) return refuse('body_too_large');
  if (error.statusCode === 415) return refuse('invalid_request.content_type');
  // Fastify's own answers to what it cannot read: broken JSON, a body that is shorter than announced, a bad address.
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return refuse('invalid_request.unreadable');
  }
  return null;
}
