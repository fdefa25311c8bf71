import * as z from 'zod';

export const roleSchema = z.enum(['owner', 'agent', 'viewer']);
export type Role = z.infer<typeof roleSchema>;

export const personSchema = z.object({ id: z.string(), name: z.string(), role: roleSchema });
export type Person = z.infer<typeof personSchema>;

export const planSchema = z.enum(['starter', 'plus', 'pro']);
export type Plan = z.infer<typeof planSchema>;

export const agencySchema = z.object({ id: z.string(), name: z.string(), plan: planSchema });
export type Agency = z.infer<typeof agencySchema>;
