import { because, type Command } from '@transom/shared';
import { type Attempt, startAttempts } from '../outbound/attempts.ts';
import type { ChannelPort, SendOutcome } from '../outbound/channel-port.ts';
import { settleAttempt } from '../outbound/outcomes.ts';
import { adoptOrphans } from '../outbound/reconcile.ts';
import { buyer } from './events.ts';
import type { AgencyInRoom, RelayRoom } from './relay-room.ts';

export const sentAs = (nativeMessageId: string, recipientId: string | null = buyer): SendOutcome => ({
  kind: 'sent',
  nativeMessageId,
  recipientId,
});
export const unclear: SendOutcome = {
  kind: 'unknown',
  why: because('unconfirmed.connection_broke', { error: 'ECONNRESET' }),
};

/** A person's reply, step by step and without a network: asked for, in flight, answered. */
export function repliesIn(room: RelayRoom, agency: AgencyInRoom) {
  async function asks(command: Command): Promise<string> {
    const answer = await agency.perform(agency.agent, command);
    if (!answer.ok || answer.messageId === null) throw new Error(`Refused: ${JSON.stringify(answer)}`);
    return answer.messageId;
  }
  const queues = async (text: string, conversationId?: string) =>
    asks({ kind: 'reply.send', text, conversationId: conversationId ?? (await agency.conversation()).id });
  async function leaves(messageId: string): Promise<Attempt> {
    const attempts = await startAttempts(agency.agency, room.clock(), 100);
    const attempt = attempts.find((one) => one.messageId === messageId);
    if (attempt === undefined) throw new Error('This reply did not leave.');
    return attempt;
  }
  const answered = (attempt: Attempt, outcome: SendOutcome) =>
    settleAttempt(agency.agency, attempt, outcome, room.clock());
  return {
    asks,
    queues,
    leaves,
    answered,
    /** Makes orphans of the replies in flight, as after a restart. */
    forgets: () => adoptOrphans(agency.agency, room.clock(), () => false),
    /** Asked for and in flight. */
    async sends(text: string, conversationId?: string): Promise<Attempt> {
      return leaves(await queues(text, conversationId));
    },
    async repliesTo(commentId: string, text: string): Promise<Attempt> {
      return leaves(await asks({ kind: 'comment.private_reply', commentId, text }));
    },
    confirms: (messageId: string, arrived: boolean) =>
      agency.perform(agency.agent, { kind: 'message.confirm', messageId, arrived }),
    /** The relay has looked it up once and found nothing. */
    looked: (messageId: string) =>
      agency.agency.write((tx) =>
        tx.run(`update messages set attempts = 1 where agency_id = :agency and id = :messageId`, { messageId }),
      ),
  };
}

/** A channel where only sending matters. */
export const channelThat = (
  send: ChannelPort['send'],
  readSent: ChannelPort['readSent'] = async () => null,
): ChannelPort => ({
  policies: {},
  send,
  readSent,
  identify: async () => ({ ok: false, why: because('reauth_required.rejected') }),
  readSignedInBy: async () => null,
  subscribe: async () => ({ ok: true, fields: [] }),
  readProfile: async () => null,
});
