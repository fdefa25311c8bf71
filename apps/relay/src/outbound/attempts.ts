import { checkPrivateReply, checkReply, type ReplyAnswer, refuse, type SendMode } from '@transom/shared';
import { readPerson } from '../inbox/people.ts';
import { factsOf, findCommentRight } from '../inbox/private-reply-rights.ts';
import { type AgencyWork, inWork } from '../ledger/agency-work.ts';
import { readAccount, readAgency } from '../ledger/documents/account.ts';
import { readConversation } from '../ledger/documents/conversation.ts';
import { startSending } from '../ledger/sending.ts';
import type { AgencyStore, AgencyTx } from '../store/port.ts';
import { failMessage } from './failures.ts';

/** What is needed to call the channel, read in the transaction that noted the attempt. */
export type Attempt = {
  readonly messageId: string;
  readonly conversationId: string;
  readonly accountId: string;
  /** Which of the account's tokens the call uses; an answer about an older one says nothing about the present one. */
  readonly tokenNumber: number;
  readonly to: { readonly contactId: string } | { readonly commentId: string };
  readonly text: string;
  readonly mode: SendMode;
  readonly attempts: number;
};

/** Which accounts may begin a call; `take` holds a slot until `give`. */
export type AccountSlots = {
  isFree(accountId: string): boolean;
  take(accountId: string): boolean;
  give(accountId: string): void;
};
const everySlot: AccountSlots = { isFree: () => true, take: () => true, give: () => undefined };

type SendableAccount = { id: string; token_number: number };

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
  token_number: number;
};

/**
 * The next replies to send, one per conversation and in its order, for accounts that may send now and have a slot. Each is committed as
 * `sending` before anything leaves the machine, so that a crash leaves a doubt instead of a second copy. `onCommitted` is called whenever
 * something was written: desks must also hear of a reply that may no longer be sent.
 */
export async function startAttempts(
  agency: AgencyStore,
  now: number,
  limit: number,
  {
    slots = everySlot,
    aheadMs = null,
    onCommitted = () => undefined,
  }: {
    readonly slots?: AccountSlots;
    /** How far `now` is ahead of the channel's clock; null if nobody knows. */
    readonly aheadMs?: number | null;
    readonly onCommitted?: () => void;
  } = {},
): Promise<Attempt[]> {
  if ((await agency.read((tx) => dueByTurns(tx, now, 1, slots))).length === 0) return [];
  const taken: string[] = [];
  try {
    const { attempts, isNews } = await inWork(
      agency,
      () => now,
      async (work) => {
        // Gives back the slots of a run that was rolled back: this one starts over.
        for (const accountId of taken.splice(0)) slots.give(accountId);
        const started: Attempt[] = [];
        for (const row of await dueByTurns(work.tx, now, limit, slots)) {
          if (started.length >= limit || !slots.take(row.account_id)) continue;
          taken.push(row.account_id);
          const attempt = await startAttempt(work, row, aheadMs);
          if (attempt === null) slots.give(taken.pop() ?? row.account_id);
          else started.push(attempt);
        }
        return { attempts: started, isNews: !work.isEmpty };
      },
    );
    if (isNews) onCommitted();
    return attempts;
  } catch (error) {
    for (const accountId of taken) slots.give(accountId);
    throw error;
  }
}

/** Up to `limit` due replies of each account: the first of every account comes before the second of any. */
async function dueByTurns(tx: AgencyTx, now: number, limit: number, slots: AccountSlots): Promise<QueuedRow[]> {
  const isAnyDue = await tx.get<{ id: string }>(
    `select id from messages where agency_id = :agency and state = 'queued' and next_attempt_at <= :now limit 1`,
    { now },
  );
  if (isAnyDue === undefined) return [];
  const accounts = await tx.all<SendableAccount>(
    `select id, token_number from accounts where agency_id = :agency and state = 'connected' and paused_until <= :now`,
    { now },
  );
  const due: { row: QueuedRow; turn: number }[] = [];
  for (const account of accounts) {
    if (!slots.isFree(account.id)) continue;
    const rows = await dueReplies(tx, account, now, limit);
    due.push(...rows.map((row, turn) => ({ row, turn })));
  }
  return due.toSorted((one, other) => one.turn - other.turn).map(({ row }) => row);
}

/** One per conversation: the first in its queue, and none while one is being sent. */
async function dueReplies(tx: AgencyTx, account: SendableAccount, now: number, limit: number): Promise<QueuedRow[]> {
  const rows = await tx.all<Omit<QueuedRow, 'token_number'>>(
    `select m.id, m.conversation_id, m.account_id, m.kind, m.text, m.reply_to, m.author_id, m.attempts, t.sender_id
     from messages m
     join conversations c on c.agency_id = m.agency_id and c.id = m.conversation_id
     join contacts t on t.agency_id = c.agency_id and t.id = c.contact_id
     where m.agency_id = :agency and m.account_id = :accountId and m.state = 'queued' and m.next_attempt_at <= :now
       and not exists (
         select 1 from messages e
         where e.agency_id = m.agency_id and e.conversation_id = m.conversation_id and e.state in ('queued', 'sending')
           and (e.queue_number < m.queue_number or e.state = 'sending'))
     order by m.next_attempt_at limit :limit`,
    { accountId: account.id, now, limit },
  );
  return rows.map((row) => ({ ...row, token_number: account.token_number }));
}

async function startAttempt(work: AgencyWork, row: QueuedRow, aheadMs: number | null): Promise<Attempt | null> {
  const allowed = await askAgain(work, row);
  if (!allowed.ok) {
    await failMessage(work, row.id, allowed.refusal);
    return null;
  }
  await startSending(work, row.id, {
    datedAt: aheadMs === null ? null : work.now - aheadMs,
    audit: { attempt: row.attempts + 1, humanAgent: allowed.mode === 'human_agent' },
  });
  return {
    messageId: row.id,
    conversationId: row.conversation_id,
    accountId: row.account_id,
    tokenNumber: row.token_number,
    to:
      row.kind === 'private_reply' && row.reply_to !== null
        ? { commentId: row.reply_to }
        : { contactId: row.sender_id },
    text: row.text,
    mode: allowed.mode,
    attempts: row.attempts + 1,
  };
}

/** Checks the rules once more: hours may have passed since *Send*, and the window may have closed meanwhile. */
async function askAgain(work: AgencyWork, row: QueuedRow): Promise<ReplyAnswer> {
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
  const comment = row.reply_to === null ? undefined : await findCommentRight(work.tx, row.reply_to);
  if (comment === undefined)
    return {
      ok: false,
      refusal: refuse('not_found.comment_gone'),
    };
  // The right was used up by this very message.
  const window = { ...conversation.window, comment: { ...factsOf(comment), privateReplyUsedAt: null } };
  return checkPrivateReply({ ...question, conversation: { ...question.conversation, window } });
}
