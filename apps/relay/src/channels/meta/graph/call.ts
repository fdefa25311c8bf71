import type { IncomingHttpHeaders } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import { because, type ReasonOf } from '@transom/shared';
import { readExactObject } from '../exact-json.ts';
import type { Shape } from '../shape.ts';
import type { GraphSettings } from './address.ts';

/**
 * One HTTP call to the Graph API, with three results that mean different things for a message:
 *
 *   not_sent   the connection never came up, so no byte of the request left: safe to repeat
 *   unknown    the request was handed to the connection and no complete answer came back: it may have been carried out
 *   answered   a status and a body; `body` is null if it was not a JSON object
 */
export type GraphAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: Shape | null;
    }
  | { readonly kind: 'not_sent'; readonly why: ReasonOf<'not_sent'> }
  | { readonly kind: 'unknown'; readonly why: ReasonOf<'unconfirmed'> };

export type GraphRequest = {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly token: string;
  readonly body?: Shape;
};

const maxAnswerBytes = 4 * 1024 * 1024;

/**
 * A new connection for each call. On a kept-alive one, a reset may mean that the server closed it a moment earlier or that our request
 * failed, and nobody can tell which; here the request is written only after the connection is up, so any failure before that is certainly
 * `not_sent`. TLS sessions are resumed, which leaves one round trip of the cost.
 */
const agents = { 'http:': new http.Agent({ keepAlive: false }), 'https:': new https.Agent({ keepAlive: false }) };

/** `timeoutMs` is for the whole call. Never rejects. The token travels in a header, so that no address contains it. */
export function callGraph(
  { method, url, token, body }: GraphRequest,
  timeoutMs: number,
  noteServerDate?: GraphSettings['noteServerDate'],
): Promise<GraphAnswer> {
  return new Promise((resolve) => {
    const beganAt = performance.now();
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const secure = url.protocol === 'https:';
    const request = (secure ? https : http).request(url, {
      method,
      agent: agents[secure ? 'https:' : 'http:'],
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(payload !== undefined && { 'content-type': 'application/json', 'content-length': payload.length }),
      },
    });
    let handedOver = false;
    const timer = setTimeout(() => request.destroy(new SlowAnswer()), timeoutMs);
    const settle = (answer: GraphAnswer) => {
      clearTimeout(timer);
      resolve(answer);
    };

    request.once('socket', (socket) => {
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        handedOver = true;
        request.end(payload);
      });
    });
    request.on('error', (error) => settle(lost(error, handedOver)));
    request.once('response', (response) => {
      const at = Date.parse(response.headers.date ?? '');
      if (!Number.isNaN(at)) noteServerDate?.(at, performance.now() - beganAt);
      readAnswer(response).then(
        (text) =>
          settle({
            kind: 'answered',
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: readExactObject(text),
          }),
        (error: unknown) => {
          settle(lost(error, true));
          request.destroy();
        },
      );
    });
  });
}

class SlowAnswer extends Error {
  readonly code = 'no answer in time';
}

async function readAnswer(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new Error('The answer is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function lost(error: unknown, handedOver: boolean): GraphAnswer {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unexpected';
  return handedOver
    ? { kind: 'unknown', why: because('unconfirmed.connection_broke', { error: code }) }
    : { kind: 'not_sent', why: because('not_sent.unreachable', { error: code }) };
}
