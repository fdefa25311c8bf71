import type { ChannelPolicy } from './channel-policy.ts';
import { policiesOfVersion2, unknownChannelPolicy } from './policies-of-version-2.ts';

/** What the rules need to know of an account. Every account document has it. */
export type AccountRules = {
  readonly channel: string;
  readonly humanAgentApproved: boolean;
  readonly policy?: ChannelPolicy | null | undefined;
};

/**
 * The account's own policy. An account without one (from a relay, or stored by a desk, from before policies traveled in documents) has that
 * of version 2. For a channel whose rules are unknown, nothing counts as open.
 */
export function policyOf(account: Pick<AccountRules, 'channel' | 'policy'>): ChannelPolicy {
  const known = Object.hasOwn(policiesOfVersion2, account.channel) ? policiesOfVersion2[account.channel] : undefined;
  return account.policy ?? known ?? unknownChannelPolicy;
}

/** Whether the rules of this channel are known. If not, nothing can be said about windows, and nothing may be sent. */
export function areRulesKnown({ channel, policy }: Pick<AccountRules, 'channel' | 'policy'>): boolean {
  return (policy !== null && policy !== undefined) || Object.hasOwn(policiesOfVersion2, channel);
}

/** The rules for a conversation whose account may not be known here yet: then nothing is granted to it. */
export function rulesFor(conversation: { readonly channel: string }, account: AccountRules | null): AccountRules {
  return account ?? { channel: conversation.channel, humanAgentApproved: false };
}
