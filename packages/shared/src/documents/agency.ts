import * as z from 'zod';
import type { agencyV1 } from '../recorded/v1/schemas.ts';
import type { agencyV2, personV2 } from '../recorded/v2/schemas.ts';
import { openWords, wordOr } from './open-words.ts';

export const roleSchema = z.enum(['owner', 'agent', 'viewer']);
export type Role = z.infer<typeof roleSchema>;

/** Somebody with a role that this build does not know may only read here. */
export const personSchema = z.object({ id: z.string(), name: z.string(), role: openWords(roleSchema) });
export type Person = z.infer<typeof personSchema>;

export const planSchema = z.enum(['starter', 'plus', 'pro']);
export type Plan = z.infer<typeof planSchema>;

export const agencySchema = z.object({ id: z.string(), name: z.string(), plan: openWords(planSchema) });
export type Agency = z.infer<typeof agencySchema>;

/** A plan that a desk does not know forbids nothing there: the relay decides. */
export function agencyTo2({ plan, ...agency }: Agency): z.infer<typeof agencyV2> {
  return { ...agency, plan: wordOr(plan, 'pro') };
}

export function agencyTo1(agency: z.infer<typeof agencyV2>): z.infer<typeof agencyV1> {
  return agency;
}

export function personTo2({ role, ...person }: Person): z.infer<typeof personV2> {
  return { ...person, role: wordOr(role, 'viewer') };
}
