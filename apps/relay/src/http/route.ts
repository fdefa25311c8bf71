import { finished } from 'node:stream/promises';
import { type Refusal, type RefusalCode, refuse, wrongShape } from '@transom/shared';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type * as z from 'zod';
import type { Allowances } from '../fair-share/allowance.ts';
import type { Actor } from '../inbox/actor.ts';
import type { TokenHolder } from '../people/devices.ts';
import type { Settings } from '../settings.ts';
import { callerAddress, isFromHere } from './caller.ts';
import { sendRefusal } from './problems.ts';

/**
 * One call of the HTTP API as data: the server is mounted from it and the OpenAPI document is written from it, so that the two cannot
 * disagree. `{id}` in a path is a parameter.
 */
export type Access = 'open' | 'device' | 'owner';

export type RouteRequest<Params, Query, Body, Who extends Access> = {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly actor: Who extends 'open' ? null : Actor;
  /** Where the caller is, for counting attempts; null if unknown. */
  readonly address: string | null;
  /** From this machine and not through a proxy. */
  readonly isFromHere: boolean;
  /** How the caller reached us, for links back if no PUBLIC_URL is set. */
  readonly origin: string;
};

export type RouteAnswer<Answered> =
  | { readonly status: number; readonly body: Answered }
  | { readonly refusal: Refusal };

export type Route<
  Params = unknown,
  Query = unknown,
  Body = unknown,
  Answered = unknown,
  Who extends Access = Access,
> = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly summary: string;
  readonly access: Who;
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  readonly bodyType?: 'application/json' | 'application/x-www-form-urlencoded';
  /** What an unknown field in the body means; without it such fields are a wrong shape. */
  readonly unknownField?: 'policy_refused.field';
  /** Returns the route's own refusal of a body with a wrong shape, if it has one. */
  readonly refuseBody?: (body: unknown) => Refusal | null;
  readonly answer: {
    readonly statuses: readonly number[];
    readonly type: string;
    readonly schema: z.ZodType<Answered>;
  };
  readonly refusals: readonly RefusalCode[];
  handle(request: RouteRequest<Params, Query, Body, Who>): Promise<RouteAnswer<Answered>>;
};

/** Checks one definition against itself and forgets its types, so that routes of all kinds fit into one list. */
export function route<Params, Query, Body, Answered, const Who extends Access>(
  definition: Route<Params, Query, Body, Answered, Who>,
): Route {
  return definition as unknown as Route;
}

/** A body of the API is at most 20,000 characters of text, each of which may take six bytes in JSON, and a few ids. */
const maxBodyBytes = 128 * 1024;
/** What a stranger may send: a code, or a form that Meta signed. */
const maxOpenBodyBytes = 16 * 1024;

export type Door = {
  readonly authenticate: (token: string) => Promise<TokenHolder>;
  readonly allowances: Allowances;
  readonly settings: Settings;
};

export function mount(app: FastifyInstance, route: Route, door: Door): void {
  app.route({
    method: route.method,
    url: route.path.replace(/\{(\w+)\}/g, ':$1'),
    bodyLimit: route.access === 'open' ? maxOpenBodyBytes : maxBodyBytes,
    // Checked before the body is read, so that nobody without access makes us parse it.
    onRequest: async (request, reply) => {
      reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
      const admitted = await admit(route, request, door);
      if ('refusal' in admitted) {
        if (admitted.refusal.code === 'too_many_attempts') reply.header('retry-after', '1');
        return sendRefusal(reply, admitted.refusal);
      }
      request.actor = admitted.actor;
      if (admitted.actor === null) return;
      const allowance = door.allowances.of(admitted.actor.deviceId);
      void finished(reply.raw)
        .catch(() => undefined)
        .then(() => allowance.endCall());
    },
    handler: (request, reply) => answerInTurn(route, request, reply, door),
  });
}

declare module 'fastify' {
  interface FastifyRequest {
    actor: Actor | null;
  }
}

/** Admits a caller and, if it has a device, begins a call of that device. */
async function admit(
  { access, method }: Route,
  request: FastifyRequest,
  { authenticate, allowances }: Door,
): Promise<{ readonly actor: Actor | null } | { readonly refusal: Refusal }> {
  if (access === 'open') return { actor: null };
  const token = /^Bearer ([\w-]{20,200})$/i.exec(request.headers.authorization ?? '')?.[1];
  const actor = token === undefined ? 'unknown' : await authenticate(token);
  if (typeof actor === 'string') return { refusal: refuse('unauthorized') };
  const allowance = allowances.of(actor.deviceId);
  if (!allowance.take(method === 'GET' ? 'read' : 'command')) return { refusal: tooMany };
  if (access === 'owner' && actor.person.role !== 'owner') return { refusal: refuse('forbidden.owners_only') };
  return allowance.beginCall() ? { actor } : { refusal: tooMany };
}

const tooMany = refuse('too_many_attempts.device');

/** Only a few requests of a device run at a time; a read keeps its turn until its answer has been taken. */
function answerInTurn(
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  { allowances, settings }: Door,
): Promise<FastifyReply> {
  const { actor } = request;
  const answering = () => answer(route, request, reply, settings);
  if (actor === null) return answering();
  const allowance = allowances.of(actor.deviceId);
  if (route.method !== 'GET') return allowance.inTurn('command', answering);
  const answerUntilTaken = async (): Promise<FastifyReply> => {
    if (reply.raw.destroyed) return reply;
    const answered = await answering();
    await finished(reply.raw).catch(() => undefined);
    return answered;
  };
  return allowance.inTurn('read', () =>
    allowances.largeAnswers.take(actor.agencyId, answerUntilTaken, () => reply.raw.destroy()),
  );
}

async function answer(
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  settings: Settings,
): Promise<FastifyReply> {
  const read = readInput(route, request);
  if ('refusal' in read) return sendRefusal(reply, read.refusal);
  const answered = await route.handle({
    ...read,
    actor: request.actor,
    address: callerAddress(request, settings.trustedProxies),
    isFromHere: isFromHere(request, settings),
    origin: `${request.protocol}://${request.host}`,
  });
  if ('refusal' in answered) return sendRefusal(reply, answered.refusal);
  return reply.code(answered.status).type(route.answer.type).send(answered.body);
}

type Input = { readonly params: unknown; readonly query: unknown; readonly body: unknown };

function readInput(route: Route, request: FastifyRequest): Input | { readonly refusal: Refusal } {
  const input: Record<keyof Input, unknown> = { params: undefined, query: undefined, body: undefined };
  for (const part of ['params', 'query', 'body'] as const) {
    const schema = route[part];
    if (schema === undefined) continue;
    const parsed = schema.safeParse(request[part] ?? {});
    if (!parsed.success) {
      const own = part === 'body' ? route.refuseBody?.(request.body) : null;
      return { refusal: own ?? refusalFor(route, parsed.error) };
    }
    input[part] = parsed.data;
  }
  return input;
}

function refusalFor(route: Route, error: z.ZodError): Refusal {
  const unknown = error.issues.find((issue) => issue.code === 'unrecognized_keys');
  if (route.unknownField !== undefined && unknown !== undefined)
    return refuse(route.unknownField, { field: unknown.keys[0]?.slice(0, 40) ?? '' });
  return wrongShape(error);
}
