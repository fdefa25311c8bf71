import * as z from 'zod';
import { channelPolicySchema } from '../channel-policy.ts';
import { channelSchema } from '../channels.ts';
import { channelTo2 } from '../policies-of-version-2.ts';
import type { accountV1 } from '../recorded/v1/schemas.ts';
import type { accountV2 } from '../recorded/v2/schemas.ts';
import { en } from '../text/en.ts';
import { reasonSchema, sentenceOf } from '../text/reason.ts';
import { openWords, wordOr } from './open-words.ts';

export const accountStateSchema = z.enum(['connected', 'reauth_required', 'disconnected']);

export const accountSchema = z.object({
  id: z.string(),
  rev: z.number().int(),
  channel: channelSchema,
  name: z.string(),
  username: z.string().nullable(),
  state: openWords(accountStateSchema),
  /** Meta granted this account's app the Human Agent feature (replies up to 7 days, written by a person). */
  humanAgentApproved: z.boolean(),
  /** What is wrong with the whole account, and since when; null when all is well. A relay before version 3 says it in a sentence. */
  trouble: reasonSchema.extend({ sinceAt: z.number().int() }).nullable().default(null),
  /** The rules of its channel. Without them, or with an unknown shape, those of version 2 apply: see `policyOf`. */
  policy: channelPolicySchema.nullish().catch(null),
});
export type Account = z.infer<typeof accountSchema>;

type Version2 = z.infer<typeof accountV2>;

/** An older desk should not send from an account whose state it does not know. */
export function accountTo2({ channel, state, trouble, policy: _later, ...account }: Account): Version2 {
  return {
    ...account,
    channel: channelTo2(channel),
    state: wordOr(state, 'disconnected'),
    trouble:
      trouble === null ? null : { code: trouble.code, detail: sentenceOf(en, trouble), sinceAt: trouble.sinceAt },
  };
}

export function accountTo1({ trouble: _later, ...account }: Version2): z.infer<typeof accountV1> {
  return account;
}
