import {
  because,
  type CommandAnswer,
  en,
  type Reason,
  type Refusal,
  reasonSchema,
  refusalSchema,
  refuse,
} from '@transom/shared';
import * as z from 'zod';

/** What the relay answers to a command. */
export const answerSchema: z.ZodType<CommandAnswer> = z.union([
  z.object({ ok: z.literal(true), messageId: z.string().nullable(), state: z.enum(['queued', 'received']).nullable() }),
  z.object({
    ok: z.literal(false),
    // A newer relay may refuse with a code that this desk does not know.
    refusal: refusalSchema.transform(forPeople).or(reasonSchema.transform(ofNewerRelay)),
  }),
]);

/** Which field has the wrong shape matters to people who write scripts; a person at a desk can do nothing about it. */
export function forPeople(refusal: Refusal): Refusal {
  const { code, reason, detail } = refusal;
  const isBare = reason === undefined && (detail === undefined || detail === en.reasons.invalid_request);
  const isForPrograms = isBare || reason === 'invalid_request.shape' || detail?.startsWith('\u2716') === true;
  return code === 'invalid_request' && isForPrograms ? refuse('invalid_request.not_understood') : refusal;
}

function ofNewerRelay({ detail }: Reason): Refusal {
  return detail === undefined ? refuse('invalid_request.unknown_reason') : { code: 'invalid_request', detail };
}

/** Why the relay refuses the connection; null when it is simply not reachable. */
export function connectRefusal(error: Error): Reason | null {
  const data: unknown = Reflect.get(error, 'data');
  const code: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, 'code') : null;
  switch (code) {
    case 'unauthorized':
      return because('device_unknown');
    case 'client_too_old':
      return because('desk_too_old');
    case 'invalid_request':
      return because('version_not_understood');
    default:
      return null;
  }
}
