import { type CommandAnswer, type Refusal, refusalSchema, refusals, refuse } from '@transom/shared';
import * as z from 'zod';

/** What the relay answers to a command. */
export const answerSchema: z.ZodType<CommandAnswer> = z.union([
  z.object({ ok: z.literal(true), messageId: z.string().nullable(), state: z.enum(['queued', 'received']).nullable() }),
  z.object({
    ok: z.literal(false),
    // A newer relay may refuse with a code that this desk does not know; its sentence still explains it.
    refusal: refusalSchema
      .transform(forPeople)
      .or(z.object({ detail: z.string() }).transform(({ detail }) => refuse('invalid_request', detail))),
  }),
]);

/** Which field has the wrong shape is for whoever writes a script; somebody at a desk can do nothing about it. */
export function forPeople(refusal: Refusal): Refusal {
  const isForPrograms = refusal.detail.startsWith('\u2716') || refusal.detail === refusals.invalid_request.title;
  return refusal.code === 'invalid_request' && isForPrograms ? refuse('invalid_request', notUnderstood) : refusal;
}
const notUnderstood =
  'The relay did not understand what this Transom asked, so nothing was done. One of the two needs an update: ask whoever runs the relay.';

export const linkWords = {
  connecting: 'Connecting to the relay.',
  catchingUp: 'Fetching what you missed.',
  broke: 'The connection to the relay broke. Transom reconnects automatically.',
  unreachable: 'The relay cannot be reached. Everything here stays readable; replies wait and go out when it is back.',
  /** `at` by the relay's clock where it is known. */
  delayedSince: (at: number): string =>
    `The relay has not answered since ${timeOfDay.format(at)}. What you send is stored on this computer, and Transom keeps trying.`,
};
const timeOfDay = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

export const refusalWords = {
  unauthorized: 'The relay no longer knows this computer. Ask whoever runs the relay for a new code and connect again.',
  client_too_old: 'This Transom is older than the relay. You can still read; update it to send.',
  invalid_request: 'The relay did not understand this version of Transom. Update both, or ask whoever runs the relay.',
} as const;

/** Why the relay lets nobody in; null where it is simply not there. */
export function connectRefusal(error: Error): keyof typeof refusalWords | null {
  const data: unknown = Reflect.get(error, 'data');
  const code: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, 'code') : null;
  return typeof code === 'string' && Object.hasOwn(refusalWords, code) ? (code as keyof typeof refusalWords) : null;
}
