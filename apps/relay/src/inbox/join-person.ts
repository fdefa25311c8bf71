import { topicSchema } from '@transom/shared';
import type { AgencyWork } from '../ledger/agency-work.ts';
import { moveToConversation } from '../ledger/put-together.ts';
import { settleAnswered } from '../ledger/settlements.ts';
import type { AgencyTx } from '../store/port.ts';
import { earliest, waitsSince } from './closings.ts';
import { rememberNames } from './contacts.ts';
import { resolveHandoff } from './leads-and-handoffs.ts';
import { readCommentFacts } from './private-reply-rights.ts';
import { moveByReceipts } from './receipts.ts';
import {
  type AccountRef,
  findThread,
  findThreadOfConversation,
  recountLastMessage,
  saveThread,
  type Thread,
} from './thread.ts';

/** If a comment does not say who wrote it, its thread is kept under the comment's id. */
const namelessPrefix = 'comment:';

/** The sender id that stands for the unknown author of a comment. */
export function authorOfComment(commentId: string): string {
  return `${namelessPrefix}${commentId}`;
}

/**
 * A private reply reveals the identity that a nameless comment's author has in direct messages. The comment's thread becomes theirs. If
 * they have one already, because an echo came first or they wrote before, the two are merged.
 */
export async function joinPerson(
  work: AgencyWork,
  account: AccountRef,
  thread: Thread,
  senderId: string,
): Promise<Thread> {
  if (!thread.senderId.startsWith(namelessPrefix)) return thread;
  const other = await findThread(work.tx, account, senderId);
  if (other === null) return nameAuthor(work, thread, senderId);
  // Desks may have drafts in the thread where the contact wrote; nobody has seen a thread that only an echo made.
  if (other.window.openedAt !== null) return merge(work, other, thread);
  const merged = await merge(work, thread, other);
  return nameAuthor(work, merged, senderId);
}

async function nameAuthor(work: AgencyWork, thread: Thread, senderId: string): Promise<Thread> {
  await work.tx.run(
    `update contacts set sender_id = :senderId, metadata = :metadata where agency_id = :agency and id = :contactId`,
    {
      contactId: thread.contactId,
      senderId,
      metadata: JSON.stringify({ social: { platform: thread.channel, senderId, profileUrl: null } }),
    },
  );
  const named = { ...thread, senderId };
  await saveThread(work.tx, named);
  work.touch('conversation', thread.conversationId);
  return named;
}

async function merge(work: AgencyWork, kept: Thread, gone: Thread): Promise<Thread> {
  const { tx } = work;
  const ids = { kept: kept.conversationId, gone: gone.conversationId };
  const lastAnsweredAt = await answeredInBoth(work, kept, gone);
  await moveToConversation(work, ids);
  await mergeLeads(work, kept, gone);
  await mergeHandoffs(work, kept, gone);
  await keepNames(work, kept, gone);
  await tx.run(`delete from conversations where agency_id = :agency and id = :gone`, { gone: gone.conversationId });
  await tx.run(`delete from contacts where agency_id = :agency and id = :contactId`, { contactId: gone.contactId });
  // Its words are also in earlier changes, where nothing would find them if they were taken back later.
  work.withdraw('conversation', gone.conversationId);
  await noteMerge(tx, ids);

  const merged = (await findThreadOfConversation(tx, kept.conversationId)) ?? kept;
  const opener = (gone.window.openedAt ?? 0) > (kept.window.openedAt ?? 0) ? gone.window : kept.window;
  merged.window = { ...opener, comment: await readCommentFacts(tx, kept.conversationId) };
  merged.firstAnsweredAt = earliest(kept.firstAnsweredAt, gone.firstAnsweredAt);
  merged.lastAnsweredAt = lastAnsweredAt;
  merged.closedAt = latest(kept.closedAt, gone.closedAt);
  merged.snoozedUntil = mergedSnooze(kept, gone);
  merged.deliveredUpTo = latest(kept.deliveredUpTo, gone.deliveredUpTo);
  merged.readUpTo = latest(kept.readUpTo, gone.readUpTo);
  merged.state = mergedState(kept, gone);
  merged.unansweredSinceAt = merged.state === 'needs_answer' ? await waitsSince(tx, merged) : null;
  await recountLastMessage(tx, merged);
  await saveThread(tx, merged);
  await moveByReceipts(work, merged);
  work.touch('conversation', kept.conversationId);
  work.record('relay', 'conversation.merged', kept.conversationId, { from: gone.conversationId });
  return merged;
}

/** Each change of the gone conversation tells desks where it went; after several merges, the conversation that is left. */
async function noteMerge(tx: AgencyTx, ids: { readonly kept: string; readonly gone: string }): Promise<void> {
  await tx.run(
    `update merged_conversations set merged_into = :kept where agency_id = :agency and merged_into = :gone`,
    ids,
  );
  await tx.run(`insert into merged_conversations (agency_id, id, merged_into) values (:agency, :gone, :kept)`, ids);
}

/**
 * Up to when both threads are answered, even for messages that come late. An answer in one thread said nothing about the other, so messages
 * answered after that time are noted as settled themselves before the threads are merged.
 */
async function answeredInBoth(work: AgencyWork, kept: Thread, gone: Thread): Promise<number | null> {
  const inBoth = Math.min(kept.lastAnsweredAt ?? 0, gone.lastAnsweredAt ?? 0);
  for (const { conversationId, lastAnsweredAt } of [kept, gone])
    await settleAnswered(work, conversationId, { after: inBoth, upTo: lastAnsweredAt ?? 0 });
  return inBoth === 0 ? null : inBoth;
}

async function mergeLeads(work: AgencyWork, kept: Thread, gone: Thread): Promise<void> {
  if (gone.leadId === null) return;
  if (kept.leadId === null) {
    await work.tx.run(
      `update leads set conversation_id = :conversationId, contact_id = :contactId where agency_id = :agency and id = :id`,
      { id: gone.leadId, conversationId: kept.conversationId, contactId: kept.contactId },
    );
    return;
  }
  const topics = topicSchema.options.filter((topic) => kept.topics.includes(topic) || gone.topics.includes(topic));
  await work.tx.run(`update leads set topics = :topics where agency_id = :agency and id = :id`, {
    id: kept.leadId,
    topics: JSON.stringify(topics),
  });
  await work.tx.run(`delete from leads where agency_id = :agency and id = :id`, { id: gone.leadId });
}

async function mergeHandoffs(work: AgencyWork, kept: Thread, gone: Thread): Promise<void> {
  if (gone.handoffId !== null && kept.handoffId !== null) await resolveHandoff(work, gone, 'relay');
  else if (gone.handoffId !== null) {
    await work.tx.run(`update handoffs set conversation_id = :conversationId where agency_id = :agency and id = :id`, {
      id: gone.handoffId,
      conversationId: kept.conversationId,
    });
  }
}

async function keepNames(work: AgencyWork, kept: Thread, gone: Thread): Promise<void> {
  const names = (contactId: string) =>
    work.tx.get<{ name: string | null; username: string | null }>(
      `select name, username from contacts where agency_id = :agency and id = :contactId`,
      { contactId },
    );
  const [known, other] = [await names(kept.contactId), await names(gone.contactId)];
  if (other !== undefined)
    await rememberNames(work.tx, kept.contactId, {
      name: known?.name ?? other.name,
      username: known?.username ?? other.username,
    });
}

/** The merged thread waits if either did; and what was closed in one of them can still be reopened. */
function mergedState(kept: Thread, gone: Thread): Thread['state'] {
  const isEither = (state: Thread['state']) => kept.state === state || gone.state === state;
  if (isEither('needs_answer')) return 'needs_answer';
  return isEither('done') ? 'done' : 'answered';
}

/** Whoever waits in one of them waits no longer because the other was snoozed. */
function mergedSnooze(kept: Thread, gone: Thread): number | null {
  const waiting = [kept, gone].filter(({ state }) => state === 'needs_answer').map(({ snoozedUntil }) => snoozedUntil);
  if (waiting.length === 0) return latest(kept.snoozedUntil, gone.snoozedUntil);
  return waiting.includes(null) ? null : waiting.reduce(earliest);
}

function latest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}
