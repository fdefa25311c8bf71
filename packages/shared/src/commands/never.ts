import type { RefusalKey } from '../refusals.ts';

/** What Transom never does, whoever asks. Named here so that the refusal says why. */
const excluded: ReadonlyMap<unknown, RefusalKey & `policy_refused.${string}`> = new Map([
  ['reply.schedule', 'policy_refused.scheduled'],
  ['reply.auto', 'policy_refused.automatic'],
  ['comment.auto_reply', 'policy_refused.automatic_comment'],
  ['comment.post', 'policy_refused.comment'],
  ['outreach.send', 'policy_refused.cold'],
  ['post.publish', 'policy_refused.post'],
  ['profile.scrape', 'policy_refused.scraping'],
] as const);

/** Why Transom refuses this kind of command on principle; null when it does not. */
export function reasonForNever(kind: unknown) {
  return excluded.get(kind) ?? null;
}
