import { type RefusalCode, refusals } from '@transom/shared';
import * as z from 'zod';
import { problemSchema, problemType } from './problems.ts';
import { type Route, route } from './route.ts';

/** The OpenAPI 3.1 description, written from the routes that the server was mounted from. */
export function describeApi(routes: readonly Route[]): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = { ...webhookPaths };
  for (const described of routes) {
    paths[described.path] = { ...paths[described.path], [described.method.toLowerCase()]: describeRoute(described) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Transom relay',
      version: '1',
      description: 'Times are integers, milliseconds since 1970 UTC. Errors are RFC 9457 problem documents.',
    },
    paths,
    components: {
      schemas: { Problem: jsonSchema(problemSchema, 'output') },
      securitySchemes: { deviceToken: { type: 'http', scheme: 'bearer' } },
    },
  };
}

export function openapiRoute(describe: () => Record<string, unknown>): Route {
  return route({
    method: 'GET',
    path: '/api/openapi.json',
    summary: 'This description',
    access: 'open',
    answer: { statuses: [200], type: 'application/json', schema: z.record(z.string(), z.unknown()) },
    refusals: [],
    handle: async () => ({ status: 200, body: describe() }),
  });
}

function describeRoute({ summary, access, params, query, body, bodyType, answer, refusals: codes }: Route) {
  const always: RefusalCode[] = [
    ...(access === 'open' ? [] : (['unauthorized', 'too_many_attempts'] as const)),
    ...(access === 'owner' ? ['forbidden' as const] : []),
    ...((params ?? query ?? body) ? ['invalid_request' as const] : []),
    ...(body === undefined ? [] : ['body_too_large' as const, 'not_stored' as const]),
  ];
  const content = { [answer.type.split(';')[0] ?? '']: { schema: jsonSchema(answer.schema, 'output') } };
  return {
    summary,
    ...(access === 'open' ? {} : { security: [{ deviceToken: [] }] }),
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

/** One response a status; its description names the codes that come with it. */
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

/** Meta's calls: mounted by intake on raw bytes, so they are described here by hand. */
const handshakeAndDelivery = {
  get: {
    summary: 'Meta\u2019s handshake: answers hub.challenge where hub.verify_token is right',
    parameters: ['hub.mode', 'hub.verify_token', 'hub.challenge'].map((name) => ({
      name,
      in: 'query',
      required: true,
      schema: { type: 'string' },
    })),
    responses: {
      200: { description: 'the challenge', content: { 'text/plain': { schema: { type: 'string' } } } },
      403: { description: 'wrong token or challenge', content: { 'text/plain': { schema: { type: 'string' } } } },
    },
  },
  post: {
    summary: 'A delivery, answered after it is on disk',
    parameters: [{ name: 'X-Hub-Signature-256', in: 'header', required: true, schema: { type: 'string' } }],
    requestBody: { required: true, content: { 'application/json': { schema: {} } } },
    responses: {
      200: { description: 'stored', content: { 'text/plain': { schema: { type: 'string' } } } },
      401: { description: 'bad signature', content: { 'text/plain': { schema: { type: 'string' } } } },
      413: {
        description: 'body_too_large',
        content: { [problemType]: { schema: { $ref: '#/components/schemas/Problem' } } },
      },
      503: { description: 'not stored; Meta comes again', content: { 'text/plain': { schema: { type: 'string' } } } },
    },
  },
};
const webhookPaths = Object.fromEntries(
  ['/api/webhooks/instagram', '/api/webhooks/facebook', '/api/instagram/webhook'].map((path) => [
    path,
    handshakeAndDelivery,
  ]),
);
