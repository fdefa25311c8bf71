import Fastify from 'fastify';
import { signatureOf } from '../webhooks/encode.ts';

export const secrets = { instagramAppSecret: 'instagram secret', facebookAppSecret: 'facebook secret' };

/** As loosely typed as `JSON.parse` leaves it; the tests check what arrives. */
type Json = ReturnType<typeof JSON.parse>;

export type Received = {
  readonly path: string;
  readonly body: string;
  readonly signedRight: boolean;
  readonly json: Envelope;
};
export type Envelope = {
  object: string;
  entry: {
    id: string;
    time: number;
    messaging?: Record<string, Json>[];
    changes?: { field: string; value: Record<string, Json> }[];
  }[];
};

/** A real server that keeps every webhook; `answersWith` sets the status of its answers, 200 unless told otherwise. */
export async function startReceiver() {
  const received: Received[] = [];
  const server = Fastify({ forceCloseConnections: true, bodyLimit: 8 * 1024 * 1024 });
  let answersWith: (received: Received) => number = () => 200;
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  server.post('/api/webhooks/:channel', (request, reply) => {
    const body = String(request.body);
    const secret = request.url.endsWith('facebook') ? secrets.facebookAppSecret : secrets.instagramAppSecret;
    const signedRight = request.headers['x-hub-signature-256'] === signatureOf(secret, body);
    const one = { path: request.url, body, signedRight, json: JSON.parse(body) as Envelope };
    received.push(one);
    return reply.code(answersWith(one)).send();
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    received,
    answer(decide: (received: Received) => number) {
      answersWith = decide;
    },
    /** Everything in `messaging[]` so far, in order of arrival. */
    messaging: () => received.flatMap(({ json }) => json.entry.flatMap(({ messaging = [] }) => messaging)),
    close: () => server.close(),
  };
}
export type Receiver = Awaited<ReturnType<typeof startReceiver>>;

/** A Graph call as the relay makes it. */
export async function graph(
  url: string,
  account: { channel: string; token: string },
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; headers: Headers; text: string; json: Json }> {
  const response = await fetch(`${url}/${account.channel}/v26.0/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${account.token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: text.startsWith('{') ? JSON.parse(text) : null,
  };
}
