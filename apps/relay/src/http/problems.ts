import { problemDocument, type Refusal, refusalCodeSchema, refuse } from '@transom/shared';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import * as z from 'zod';
import type { Logger } from '../log.ts';

export const problemType = 'application/problem+json';

/** What every answer that is not a success looks like (RFC 9457). `internal_error` is no refusal: it is our fault. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.enum(refusalCodeSchema.options),
  detail: z.string(),
});

export function sendRefusal(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const document = problemDocument(refusal);
  return reply.code(document.status).type(problemType).send(document);
}

/** The one place where an unexpected error and an unknown address become an answer. Nothing of the error itself goes out. */
export function answerProblems(app: FastifyInstance, log: Logger): void {
  app.setNotFoundHandler((request, reply) =>
    sendRefusal(
      reply,
      refuse('not_found', `There is no ${request.method} at this address. GET /api/openapi.json lists what there is.`),
    ),
  );
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = refusalOf(error);
    if (refusal !== null) return sendRefusal(reply, refusal);
    const route = request.routeOptions.url;
    log.error(
      { err: error, method: request.method, ...(route === undefined ? {} : { route }) },
      'a request failed unexpectedly',
    );
    return reply.code(500).type(problemType).send(internalError);
  });
}

/**
 * For fastify's option `frameworkErrors`: an address that cannot even be decoded never reaches a route or the handlers above.
 */
export function answerUnreadable(_error: FastifyError, _request: unknown, reply: FastifyReply): void {
  sendRefusal(reply, refuse('invalid_request', 'The address of this request cannot be read.'));
}

const internalError = {
  type: 'urn:transom:problem:internal_error',
  title: 'Something in the relay failed.',
  status: 500,
  code: 'internal_error',
  detail: 'The relay wrote the reason into its log. Trying again is safe: ids keep things from happening twice.',
} satisfies z.infer<typeof problemSchema>;

/** What the caller or the disk did, as opposed to a fault of ours. */
function refusalOf(error: FastifyError): Refusal | null {
  const code = typeof error.code === 'string' ? error.code : '';
  if (error.statusCode === 413) return refuse('body_too_large');
  if (error.statusCode === 415)
    return refuse('invalid_request', 'The body has the wrong content type. Send JSON as application/json.');
  if (/^SQLITE_(FULL|IOERR|BUSY|READONLY|CANTOPEN)/.test(code)) return refuse('not_stored');
  // Fastify's own answers to what it cannot read: broken JSON, a body that is shorter than announced, a bad address.
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return refuse('invalid_request', 'The request could not be read. Is the body whole, valid JSON?');
  }
  return null;
}
