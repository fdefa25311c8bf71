import { personSchema, refuse } from '@transom/shared';
import * as z from 'zod';
import { AttemptLimit } from '../fair-share/attempt-limit.ts';
import { listDevices, revokeDevice } from '../people/devices.ts';
import { pairDevice } from '../people/pairing.ts';
import type { ApiDeps } from './register-api.ts';
import { type Route, route } from './route.ts';

const name = z.string().trim().min(1).max(100);
const deviceToken = z
  .string()
  .regex(/^[\w-]{43}$/, 'A device token is 256 random bits, written as 43 characters of base64url.')
  .optional()
  .meta({
    description:
      'A token that the caller made for this device. With it, a call whose answer got lost may be made again.',
  });

/** Pairing a desk, and an owner's view of the desks of the agency. */
export function deviceRoutes({ store, clock, onDeviceRevoked }: ApiDeps): Route[] {
  const attempts = new AttemptLimit();
  return [
    route({
      method: 'POST',
      path: '/api/devices',
      summary: 'Turn a one-time code into a device token',
      access: 'open',
      body: z.strictObject({ code: z.string().min(1).max(40), name, deviceToken }),
      answer: {
        statuses: [201],
        type: 'application/json',
        schema: z.object({
          deviceToken: z.string(),
          deviceId: z.string(),
          agency: z.object({ id: z.string(), name: z.string() }),
          person: personSchema,
        }),
      },
      refusals: ['code_invalid', 'too_many_attempts'],
      async handle({ body, address }) {
        const paired = await pairDevice({ store, attempts }, { ...body, address }, clock());
        return paired.ok ? { status: 201, body: paired.device } : { refusal: paired.refusal };
      },
    }),
    route({
      method: 'GET',
      path: '/api/devices',
      summary: 'The devices of the agency',
      access: 'owner',
      answer: {
        statuses: [200],
        type: 'application/json',
        schema: z.object({
          items: z.array(
            z.object({
              id: z.string(),
              name: z.string(),
              person: personSchema,
              createdAt: z.number().int(),
              revokedAt: z.number().int().nullable(),
            }),
          ),
        }),
      },
      refusals: [],
      async handle({ actor }) {
        return { status: 200, body: { items: await store.forAgency(actor.agencyId).read(listDevices) } };
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/devices/{id}',
      summary: 'Revoke a device: an owner any, everybody their own',
      access: 'device',
      params: z.object({ id: z.string().max(100) }),
      answer: { statuses: [200], type: 'application/json', schema: z.object({ deviceId: z.string() }) },
      refusals: ['forbidden', 'not_found'],
      async handle({ actor, params }) {
        if (actor.person.role !== 'owner' && params.id !== actor.deviceId)
          return { refusal: refuse('forbidden.devices_of_others') };
        const revoked = await revokeDevice(store, actor.agencyId, params.id, actor.person.id, clock());
        if (!revoked) return { refusal: refuse('not_found.device') };
        onDeviceRevoked(params.id);
        return { status: 200, body: { deviceId: params.id } };
      },
    }),
  ];
}
