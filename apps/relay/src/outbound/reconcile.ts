import { because } from '@transom/shared';
import type { Clock } from '../clock.ts';
import { reopen } from '../inbox/answers.ts';
import { clockToleranceMs, echoSpanMs } from '../inbox/own-sends.ts';
import { areSameWords } from '../inbox/same-words.ts';
import { findThreadOfConversation, saveThread } from '../inbox/thread.ts';
import { type AgencyWork, inWork } from '../ledger/agency-work.ts';
import { noteLook, secondLookMs } from '../ledger/doubts.ts';
import { stateOf } from '../ledger/find-message.ts';
import type { AgencyStore, AgencyTx } from '../store/port.ts';
import { clearTrouble } from './account-answers.ts';
import type { ChannelAccount, ChannelPort, SentMessage } from './channel-port.ts';
import { isOurs, markSent } from './mark-sent.ts';
import { leaveUnconfirmed } from './unconfirmed.ts';

/**
 * Replies that may or may not have arrived. The echo settles most of them. For the rest, the conversation is read back twice, 30 and 120
 * seconds after the attempt; if the reply is still not found, a person is asked. It is never resent automatically: repeating on an unclear
 * answer is how one buyer got thirteen copies (field report, September 2026).
 */
export type Unconfirmed = {
  readonly id: string;
  readonly conversationId: string;
  readonly accountId: string;
  readonly senderId: string;
  readonly text: string;
  readonly sentAt: number;
  readonly looks: number;
  readonly startedAt: number;
  /** When the attempt began by the channel's clock, if that was known. */
  readonly datedAt: number | null;
};

/** The messages to look up now, on accounts that may be asked. */
export async function dueLooks(
  tx: AgencyTx,
  now: number,
  mayAsk: (accountId: string) => boolean = () => true,
): Promise<Unconfirmed[]> {
  const isAnyDue = await tx.get<{ id: string }>(
    `select id from messages where agency_id = :agency and state = 'unconfirmed' and next_attempt_at <= :now limit 1`,
    { now },
  );
  if (isAnyDue === undefined) return [];
  const due: Unconfirmed[] = [];
  for (const { id } of await tx.all<{ id: string }>(`select id from accounts where agency_id = :agency`)) {
    if (mayAsk(id)) due.push(...(await dueLooksOf(tx, id, now)));
  }
  return due;
}

function dueLooksOf(tx: AgencyTx, accountId: string, now: number): Promise<Unconfirmed[]> {
  return tx.all<Unconfirmed>(
    `select m.id, m.conversation_id as "conversationId", m.account_id as "accountId", t.sender_id as "senderId", m.text,
            m.sent_at as "sentAt", m.attempts as looks, coalesce(m.attempt_started_at, m.sent_at) as "startedAt",
            m.attempt_dated_at as "datedAt"
     from messages m
     join conversations c on c.agency_id = m.agency_id and c.id = m.conversation_id
     join contacts t on t.agency_id = c.agency_id and t.id = c.contact_id
     where m.agency_id = :agency and m.account_id = :accountId and m.state = 'unconfirmed' and m.next_attempt_at <= :now
       and c.erased_at is null
     order by m.next_attempt_at limit 20`,
    { accountId, now },
  );
}

type LookDeps = {
  readonly channels: ChannelPort;
  readonly clock: Clock;
  readonly aheadOfMeta: () => number | null;
};

/** Looks one message up once, and notes the result. Without an account that can be asked, nothing is found. */
export async function look(
  agency: AgencyStore,
  { channels, clock, aheadOfMeta }: LookDeps,
  account: ChannelAccount | null,
  message: Unconfirmed,
): Promise<void> {
  const written = account === null ? null : await channels.readSent(account, message.senderId);
  // Asked only now: the answer just read may have told how far ahead we are.
  const beganAt = message.datedAt ?? message.startedAt - (aheadOfMeta() ?? 0);
  await inWork(agency, clock, async (work) => {
    if (written !== null) await clearTrouble(work, message.accountId, 'read');
    // Its echo came while Meta was being asked: what else has the same words is another message.
    if (await isProved(work.tx, message.id)) return;
    const found = await findUnclaimed(work.tx, message, beganAt, written ?? []);
    if (found !== null) await markSent(work, message.id, found);
    else await lookAgainOrAsk(work, message);
  });
}

/** Whether the channel's id of this reply is known. */
async function isProved(tx: AgencyTx, id: string): Promise<boolean> {
  const proved = await tx.get(
    `select 1 as found from messages where agency_id = :agency and id = :id and native_message_id is not null`,
    { id },
  );
  return proved !== undefined;
}

/** Our words, written at about the time of the attempt by the channel's clock, and not already known as another message of ours. */
async function findUnclaimed(
  tx: AgencyTx,
  { accountId, text }: Unconfirmed,
  beganAt: number,
  written: readonly SentMessage[],
): Promise<string | null> {
  const distance = ({ sentAt }: SentMessage) => Math.abs(sentAt - beganAt);
  const candidates = written
    .filter(({ sentAt }) => sentAt >= beganAt - clockToleranceMs && sentAt <= beganAt + echoSpanMs)
    .filter((candidate) => areSameWords(candidate.text, text))
    .toSorted((one, other) => distance(one) - distance(other));
  for (const { nativeMessageId } of candidates) {
    if (!(await isOurs(tx, accountId, nativeMessageId))) return nativeMessageId;
  }
  return null;
}

async function lookAgainOrAsk(work: AgencyWork, message: Unconfirmed): Promise<void> {
  // An echo or a person settled it while Meta was being asked.
  if ((await stateOf(work.tx, message.id)) !== 'unconfirmed') return;
  const again = message.looks === 0;
  await noteLook(work, message.id, {
    look: message.looks + 1,
    nextLookAt: again ? work.now + secondLookMs : null,
    why: because(again ? 'unconfirmed.checking' : 'unconfirmed'),
  });
  if (!again) await askSomebody(work, message);
}

/** Reopens a thread that was closed in the belief that this would arrive: nobody would look at it otherwise. */
async function askSomebody(work: AgencyWork, message: Unconfirmed): Promise<void> {
  const { conversationId } = message;
  const thread = await findThreadOfConversation(work.tx, conversationId);
  if (thread === null || thread.state !== 'done') return;
  await reopen(work, thread, message);
  await saveThread(work.tx, thread);
  work.touch('conversation', conversationId);
}

/**
 * Finds messages marked as `sending` that nobody is sending: the process died, or could not note the answer. Nobody knows what became of
 * them, so they become unconfirmed. Decided by what this process is sending, not by a lease, so that a clock step makes no orphans. True if
 * there were any.
 */
export async function adoptOrphans(
  agency: AgencyStore,
  now: number,
  isUnderWay: (messageId: string) => boolean,
): Promise<boolean> {
  const findOrphans = async (tx: AgencyTx) => {
    const sending = await tx.all<{ id: string }>(
      `select id from messages where agency_id = :agency and state = 'sending' and next_attempt_at is not null`,
    );
    return sending.filter(({ id }) => !isUnderWay(id));
  };
  if ((await agency.read(findOrphans)).length === 0) return false;
  return inWork(
    agency,
    () => now,
    async (work) => {
      for (const { id } of await findOrphans(work.tx))
        await leaveUnconfirmed(work, id, because('unconfirmed.relay_stopped'));
      return !work.isEmpty;
    },
  );
}
