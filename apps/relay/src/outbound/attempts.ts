import { checkPrivateReply, checkReply, type WindowFacts } from '@transom/shared';
import { AgencyWork } from '../inbox/agency-work.ts';
import { readAccount, readAgency } from '../inbox/documents/account.ts';
import { readConversation } from '../inbox/documents/conversation.ts';
import { readPerson } from '../inbox/people.ts';
import { factsOf, findCommentRight } from '../inbox/private-reply-rights.ts';
import type { AgencyStore, AgencyTx } from '../store/port.ts';
import { failMessage } from './failures.ts';

/** A lease outlives every call (15 s) by far; one that ran out belonged to a process that died in the middle. */
export const sendLeaseMs = 60_000;

/** What is needed to call the channel, taken in the transaction that noted the attempt. */
export type Attempt = {
  readonly messageId: string;
  readonly conversationId: string;
  readonly accountId: string;
  readonly to: { readonly contactId: string } | { readonly commentId: string };
  readonly text: string;
  readonly humanAgent: boolean;
  readonly attempts: number;
};

type QueuedRow = {
  id: string;
  conversation_id: string;
  account_id: string;
  kind: string;
  text: string;
  reply_to: string | null;
  author_id: string;
  attempts: number;
  sender_id: string;
};

/**
 * The next replies to send, one a conversation and in its order, for accounts that may send now. Each is moved to `sending`
 * and that is committed before anything leaves the machine, so that a crash leaves a question instead of a second copy.
 */
export async function startAttempts(agency: AgencyStore, now: number, limit: number): Promise<Attempt[]> {
  if ((await agency.read((tx) => dueReplies(tx, now, 1))).length === 0) return [];
  return agency.write(async (tx) => {
    const work = new AgencyWork(tx, now);
    const attempts: Attempt[] = [];
    for (const row of await dueReplies(tx, now, limit)) {
      const attempt = await startAttempt(work, row);
      if (attempt !== null) attempts.push(attempt);
    }
    await work.finish();
    return attempts;
  });
}

function dueReplies(tx: AgencyTx, now: number, limit: number): Promise<QueuedRow[]> {
  return tx.all<QueuedRow>(
    `select m.id, m.conversation_id, m.account_id, m.kind, m.text, m.reply_to, m.author_id, m.attempts, t.sender_id
     from messages m
     join conversations c on c.agency_id = m.agency_id and c.id = m.conversation_id
     join contacts t on t.agency_id = c.agency_id and t.id = c.contact_id
     join accounts a on a.agency_id = m.agency_id and a.id = m.account_id
     where m.agency_id = :agency and m.state = 'queued' and m.next_attempt_at <= :now
       and a.state = 'connected' and a.paused_until <= :now
       and not exists (
         select 1 from messages e
         where e.agency_id = m.agency_id and e.conversation_id = m.conversation_id and e.direction = 'outbound'
           and (e.state = 'sending' or (e.state = 'queued' and (e.sent_at, e.id) < (m.sent_at, m.id))))
     order by m.next_attempt_at, m.id limit :limit`,
    { now, limit },
  );
}

async function startAttempt(work: AgencyWork, row: QueuedRow): Promise<Attempt | null> {
  const allowed = await askAgain(work, row);
  if (!allowed.ok) {
    await failMessage(work, row.id, allowed.refusal.code, allowed.refusal.detail);
    return null;
  }
  await work.tx.run(
    `update messages set state = 'sending', attempts = attempts + 1, attempt_started_at = :now, lease_until = :leaseUntil
     where agency_id = :agency and id = :id`,
    { id: row.id, now: work.now, leaseUntil: work.now + sendLeaseMs },
  );
  work.touch('message', row.id);
  work.touch('conversation', row.conversation_id);
  work.record('relay', 'reply.attempted', row.id, { attempt: row.attempts + 1, humanAgent: allowed.humanAgent });
  return {
    messageId: row.id,
    conversationId: row.conversation_id,
    accountId: row.account_id,
    to:
      row.kind === 'private_reply' && row.reply_to !== null
        ? { commentId: row.reply_to }
        : { contactId: row.sender_id },
    text: row.text,
    humanAgent: allowed.humanAgent,
    attempts: row.attempts + 1,
  };
}

/** The rules once more: hours may lie between *Send* and now, and the window may have closed meanwhile. */
async function askAgain(work: AgencyWork, row: QueuedRow) {
  const conversation = await readConversation(work.tx, row.conversation_id, 0);
  const account = await readAccount(work.tx, row.account_id, 0);
  const person = await readPerson(work.tx, row.author_id);
  if (conversation === null || account === null || person === null) {
    throw new Error(`The reply ${row.id} lost its conversation, account or author.`);
  }
  const { plan } = await readAgency(work.tx);
  // The claim was checked when the person pressed *Send*.
  const question = { conversation: { ...conversation, handoff: null }, account, person, plan, now: work.now };
  if (row.kind !== 'private_reply') return checkReply(question);
  const window = { ...conversation.window, comment: await commentOf(work, row) };
  return checkPrivateReply({ ...question, conversation: { ...question.conversation, window } });
}

/** The comment that this reply answers; the right to it was used up by this very message. */
async function commentOf(work: AgencyWork, row: QueuedRow): Promise<WindowFacts['comment']> {
  const comment = row.reply_to === null ? undefined : await findCommentRight(work.tx, row.reply_to);
  return comment === undefined ? null : { ...factsOf(comment), privateReplyUsedAt: null };
}
