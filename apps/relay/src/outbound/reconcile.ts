import { minuteMs, secondMs } from '@transom/shared';
import type { Clock } from '../clock.ts';
import { AgencyWork } from '../inbox/agency-work.ts';
import type { AgencyStore, AgencyTx } from '../store/port.ts';
import type { ChannelAccount, ChannelPort } from './channel-port.ts';
import { markSent, markUnconfirmed } from './outcomes.ts';

/**
 * Replies of which nobody knows whether they arrived. The echo settles most of them. For the rest the conversation is read
 * back twice, 30 and 120 seconds after the attempt; what is then still not found is put before a person. It is never sent
 * again by itself: repeating on an unclear answer is how one buyer got thirteen copies (field report, September 2026).
 */
export type Unconfirmed = {
  readonly id: string;
  readonly conversationId: string;
  readonly accountId: string;
  readonly senderId: string;
  readonly text: string;
  readonly looks: number;
  readonly startedAt: number;
};

const secondLookMs = 90 * secondMs;
/** Meta's clock and ours may differ by this much without making us miss our own message. */
const clockToleranceMs = minuteMs;

export function dueLooks(tx: AgencyTx, now: number): Promise<Unconfirmed[]> {
  return tx.all<Unconfirmed>(
    `select m.id, m.conversation_id as "conversationId", m.account_id as "accountId", t.sender_id as "senderId", m.text,
            m.attempts as looks, m.attempt_started_at as "startedAt"
     from messages m
     join conversations c on c.agency_id = m.agency_id and c.id = m.conversation_id
     join contacts t on t.agency_id = c.agency_id and t.id = c.contact_id
     where m.agency_id = :agency and m.state = 'unconfirmed' and m.next_attempt_at <= :now
     order by m.next_attempt_at limit 20`,
    { now },
  );
}

/** Looks once for one message, and notes what was seen. Without an account that can be asked nothing is seen. */
export async function look(
  agency: AgencyStore,
  channels: ChannelPort,
  account: ChannelAccount | null,
  message: Unconfirmed,
  clock: Clock,
): Promise<void> {
  const written = account === null ? null : await channels.readSent(account, message.senderId);
  await agency.write(async (tx) => {
    const work = new AgencyWork(tx, clock());
    const found = await findUnclaimed(tx, message, written ?? []);
    if (found !== null) await markSent(work, message.id, found);
    else await lookAgainOrAsk(work, message);
    await work.finish();
  });
}

/** Our words, written since the attempt, and not already known as another message of ours. */
async function findUnclaimed(
  tx: AgencyTx,
  message: Unconfirmed,
  written: readonly { nativeMessageId: string; text: string | null; sentAt: number }[],
): Promise<string | null> {
  for (const candidate of written) {
    if (candidate.text !== message.text || candidate.sentAt < message.startedAt - clockToleranceMs) continue;
    const owner = await tx.get<{ id: string }>(
      `select id from messages where agency_id = :agency and account_id = :accountId and native_message_id = :nativeMessageId and origin = 'desk'`,
      { accountId: message.accountId, nativeMessageId: candidate.nativeMessageId },
    );
    if (owner === undefined) return candidate.nativeMessageId;
  }
  return null;
}

async function lookAgainOrAsk(work: AgencyWork, message: Unconfirmed): Promise<void> {
  const again = message.looks === 0;
  const changed = await work.tx.run(
    `update messages set attempts = attempts + 1, next_attempt_at = :at, failure_detail = :detail
     where agency_id = :agency and id = :id and state = 'unconfirmed'`,
    {
      id: message.id,
      at: again ? work.now + secondLookMs : null,
      detail: again
        ? 'Not sure it went out. Checking\u2026'
        : 'We could not confirm that this reply was delivered. Look in the app, then say whether it arrived.',
    },
  );
  if (changed === 0) return;
  work.touch('message', message.id);
  work.record('relay', 'reply.looked_up', message.id, { found: false, look: message.looks + 1 });
}

/**
 * Sends whose lease ended before `leaseEndedBefore` without anybody settling them: the process died in the middle, nobody
 * heard the answer, so nobody knows.
 */
export async function adoptOrphans(agency: AgencyStore, now: number, leaseEndedBefore: number): Promise<void> {
  const findOrphans = (tx: AgencyTx) =>
    tx.all<{ id: string }>(
      `select id from messages
       where agency_id = :agency and state = 'sending' and next_attempt_at is not null and lease_until < :leaseEndedBefore`,
      { leaseEndedBefore },
    );
  if ((await agency.read(findOrphans)).length === 0) return;
  await agency.write(async (tx) => {
    const work = new AgencyWork(tx, now);
    for (const { id } of await findOrphans(tx))
      await markUnconfirmed(work, id, 'The relay stopped while sending this. Checking whether it arrived\u2026');
    await work.finish();
  });
}
