import { type RefusalCode, refusals } from '@transom/shared';
import * as z from 'zod';
import type { ChannelConnector } from '../channels/channel.ts';
import { problemSchema, problemType } from './problems.ts';
import { type Route, route } from './route.ts';

/** The OpenAPI 3.1 description, written from the routes that the server mounts. */
export function describeApi(
  routes: readonly Route[],
  connectors: readonly ChannelConnector[],
): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = describeWebhooks(connectors);
  for (const described of routes) {
    paths[described.path] = { ...paths[described.path], [described.method.toLowerCase()]: describeRoute(described) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Transom relay',
      version: '1',
      description: 'Times are integers, milliseconds since 1970 UTC. Errors are RFC 9457 problem documents.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The relay that this description came from' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: { Problem: jsonSchema(problemSchema, 'output') },
      securitySchemes: { deviceToken: { type: 'http', scheme: 'bearer' } },
    },
  };
}

const tags = {
  webhooks: 'What Meta sends',
  inbox: 'Conversations, and what people answer in them',
  devices: 'Desks and scripts of an agency',
  accounts: 'Connecting accounts, and Meta\u2019s duties',
  operation: 'For whoever runs the relay',
} as const;

function tagOf(path: string): keyof typeof tags {
  if (/webhook/.test(path)) return 'webhooks';
  if (path.startsWith('/api/devices')) return 'devices';
  if (/\/(connect|callback|deauthorize)$|\/data-deletion\b/.test(path)) return 'accounts';
  return /^\/api\/(?!openapi)/.test(path) ? 'inbox' : 'operation';
}

/** `GET /api/conversations/{id}/messages` is `getConversationsIdMessages`. */
function operationIdOf(method: string, path: string): string {
  const words = path.replace(/^\/api\//, '').match(/[a-z]+/gi) ?? [];
  return method.toLowerCase() + words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('');
}

export function openapiRoute(describe: () => Record<string, unknown>): Route {
  let written: string | null = null;
  return route({
    method: 'GET',
    path: '/api/openapi.json',
    summary: 'This description',
    access: 'open',
    answer: { statuses: [200], type: 'application/json', schema: z.record(z.string(), z.unknown()) },
    refusals: [],
    handle: async () => {
      // Anybody may ask, as often as they like, so it is written only once. A string is sent as is, which the types do not know.
      written ??= JSON.stringify(describe());
      return { status: 200, body: written as unknown as Record<string, unknown> };
    },
  });
}

function describeRoute({
  method,
  path,
  summary,
  access,
  params,
  query,
  body,
  bodyType,
  answer,
  refusals: codes,
}: Route) {
  const always: RefusalCode[] = [
    ...(access === 'open' ? [] : (['unauthorized', 'too_many_attempts'] as const)),
    ...(access === 'owner' ? ['forbidden' as const] : []),
    ...((params ?? query ?? body) ? ['invalid_request' as const] : []),
    ...(body === undefined ? [] : ['body_too_large' as const, 'not_stored' as const]),
  ];
  const content = { [answer.type.split(';')[0] ?? '']: { schema: jsonSchema(answer.schema, 'output') } };
  return {
    operationId: operationIdOf(method, path),
    tags: [tagOf(path)],
    summary,
    security: access === 'open' ? [] : [{ deviceToken: [] }],
    parameters: [...parameters('path', params), ...parameters('query', query)],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { [bodyType ?? 'application/json']: { schema: jsonSchema(body, 'input') } },
          },
        }),
    responses: {
      ...Object.fromEntries(answer.statuses.map((status) => [status, { description: summary, content }])),
      ...problemResponses([...always, ...codes]),
    },
  };
}

/** One response per status; its description names the codes that come with it. */
function problemResponses(codes: readonly RefusalCode[]): Record<string, unknown> {
  const byStatus = new Map<number, RefusalCode[]>();
  for (const code of new Set(codes))
    byStatus.set(refusals[code].status, [...(byStatus.get(refusals[code].status) ?? []), code]);
  const content = { [problemType]: { schema: { $ref: '#/components/schemas/Problem' } } };
  return {
    ...Object.fromEntries([...byStatus].map(([status, named]) => [status, { description: named.join(', '), content }])),
    500: { description: 'internal_error', content },
  };
}

function parameters(place: 'path' | 'query', schema: z.ZodType | undefined) {
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path',
    schema: jsonSchema(field as z.ZodType, 'input'),
  }));
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}

const text = { 'text/plain': { schema: { type: 'string' } } };

/** Meta's calls: mounted by intake on raw bytes, so they are described here by hand. */
function describeWebhooks(connectors: readonly ChannelConnector[]): Record<string, Record<string, unknown>> {
  const paths = connectors.flatMap(({ webhook }) => webhook.paths);
  return Object.fromEntries(paths.map((path) => [path, { get: handshakeAt(path), post: deliveryAt(path) }]));
}

function handshakeAt(path: string) {
  return {
    operationId: operationIdOf('get', path),
    tags: [tagOf(path)],
    security: [],
    summary: 'Meta\u2019s handshake: answers hub.challenge where hub.verify_token is right',
    parameters: ['hub.mode', 'hub.verify_token', 'hub.challenge'].map((name) => ({
      name,
      in: 'query',
      required: true,
      schema: { type: 'string' },
    })),
    responses: {
      200: { description: 'the challenge', content: text },
      403: { description: 'wrong token or challenge', content: text },
    },
  };
}

function deliveryAt(path: string) {
  const problem = { [problemType]: { schema: { $ref: '#/components/schemas/Problem' } } };
  return {
    operationId: operationIdOf('post', path),
    tags: [tagOf(path)],
    security: [],
    summary: 'A delivery, answered after it is on disk',
    parameters: [{ name: 'X-Hub-Signature-256', in: 'header', required: true, schema: { type: 'string' } }],
    requestBody: { required: true, content: { 'application/json': { schema: {} } } },
    responses: {
      200: { description: 'stored', content: text },
      401: { description: 'bad signature', content: text },
      413: { description: 'body_too_large', content: problem },
      503: { description: 'not stored, or no room for it now; Meta comes again', content: text },
    },
  };
}
