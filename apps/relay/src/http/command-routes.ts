import { alwaysPossible, commandEnvelopeSchema, commandKinds, commands, readCommandEnvelope } from '@transom/shared';
import * as z from 'zod';
import type { ApiDeps } from './register-api.ts';
import { type Route, route } from './route.ts';

const refusals = new Set([...commandKinds.flatMap((kind) => commands[kind].refusals), ...alwaysPossible]);

/** Every command that a desk may give, for scripts: through the same door, with the same answer. */
export function commandRoutes({ inbox }: ApiDeps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/commands',
      summary: 'Give a command; the same id again gets the same answer',
      access: 'device',
      body: commandEnvelopeSchema,
      refuseBody(body) {
        const read = readCommandEnvelope(body);
        return read.ok ? null : read.refusal;
      },
      answer: {
        statuses: [200],
        type: 'application/json',
        schema: z.object({
          ok: z.literal(true),
          messageId: z.string().nullable(),
          state: z.enum(['queued', 'received']).nullable(),
        }),
      },
      refusals: [...refusals],
      async handle({ actor, body }) {
        const answer = await inbox.perform(actor, body);
        return answer.ok ? { status: 200, body: answer } : { refusal: answer.refusal };
      },
    }),
  ];
}
