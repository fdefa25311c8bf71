import {
  type Channel,
  type ChannelPolicy,
  directWindowMs,
  newId,
  noWindow,
  policyOf,
  type Source,
  type Topic,
  type WindowFacts,
} from '@transom/shared';
import { policyOfAccount, readPolicy } from '../ledger/documents/policy.ts';
import { type WindowRow, windowColumns, windowFactsOf } from '../ledger/documents/window-facts.ts';
import type { AgencyTx } from '../store/port.ts';
import { insertContact, rememberNames } from './contacts.ts';
import type { ContactHint } from './events.ts';

/**
 * The working copy of a conversation inside a transaction: one contact on one account, and everything that an event about them may change.
 * `findThread` reads it, the receiving code changes it, `saveThread` writes it back.
 */
export type Thread = {
  readonly conversationId: string;
  readonly contactId: string;
  readonly accountId: string;
  readonly channel: Channel;
  /** The rules of its account's channel. */
  readonly policy: ChannelPolicy;
  readonly source: Source;
  readonly senderId: string;
  state: 'needs_answer' | 'answered' | 'done';
  window: WindowFacts;
  lastMessageId: string | null;
  lastMessageAt: number;
  unansweredSinceAt: number | null;
  firstAnsweredAt: number | null;
  lastAnsweredAt: number | null;
  /** When a person last closed it. */
  closedAt: number | null;
  /** Until when a person snoozed it. */
  snoozedUntil: number | null;
  unreachable: boolean;
  /** Up to when the contact has received, and read, what the business wrote. */
  deliveredUpTo: number | null;
  readUpTo: number | null;
  readonly isErased: boolean;
  /** Whether the contact ever opened a window, as stored with the contact. */
  hasWritten: boolean;
  readonly leadId: string | null;
  readonly topics: readonly Topic[];
  readonly handoffId: string | null;
};

export type AccountRef = {
  readonly id: string;
  readonly channel: Channel;
  /** The delivery that is being brought in, so that words can be removed from it later. Null if no delivery brought this. */
  readonly deliveryId: number | null;
};

type ThreadRow = WindowRow & {
  conversation_id: string | null;
  contact_id: string;
  account_id: string;
  channel: Channel;
  policy: string | null;
  sender_id: string;
  state: Thread['state'];
  metadata: string;
  last_message_id: string | null;
  last_message_at: number;
  unanswered_since_at: number | null;
  first_answered_at: number | null;
  last_answered_at: number | null;
  closed_at: number | null;
  snoozed_until: number | null;
  unreachable: number;
  delivered_up_to: number | null;
  read_up_to: number | null;
  erased_at: number | null;
  wrote: number;
  lead_id: string | null;
  topics: string | null;
  handoff_id: string | null;
};

const selectThread = `
select c.id as conversation_id, t.id as contact_id, t.account_id, c.channel, a.policy, t.sender_id,
       c.state, c.metadata, ${windowColumns},
       c.last_message_id, c.last_message_at, c.unanswered_since_at, c.first_answered_at, c.last_answered_at, c.closed_at, c.snoozed_until, c.unreachable,
       c.delivered_up_to, c.read_up_to, c.erased_at, t.wrote,
       l.id as lead_id, l.topics, h.id as handoff_id
from contacts t
join accounts a on a.agency_id = t.agency_id and a.id = t.account_id
join conversations c on c.agency_id = t.agency_id and c.account_id = t.account_id and c.contact_id = t.id
left join leads l on l.agency_id = c.agency_id and l.conversation_id = c.id
left join handoffs h on h.agency_id = c.agency_id and h.conversation_id = c.id and h.state <> 'resolved'`;

const threadOfSender = `${selectThread} where t.agency_id = :agency and t.account_id = :accountId and t.sender_id = :senderId`;
const threadOfConversation = `${selectThread} where c.agency_id = :agency and c.id = :conversationId`;

export async function findThread(tx: AgencyTx, account: AccountRef, senderId: string): Promise<Thread | null> {
  const row = await tx.get<ThreadRow>(threadOfSender, { accountId: account.id, senderId });
  return row === undefined ? null : asThread(row);
}

export async function findThreadOfConversation(tx: AgencyTx, conversationId: string): Promise<Thread | null> {
  const row = await tx.get<ThreadRow>(threadOfConversation, { conversationId });
  return row === undefined ? null : asThread(row);
}

/** The thread with this contact, made if we hear of them for the first time. Names that came along are kept. */
export async function openThread(
  tx: AgencyTx,
  account: AccountRef,
  contact: ContactHint,
  begun: { readonly source: Source; readonly at: number },
): Promise<Thread> {
  const known = await findThread(tx, account, contact.senderId);
  if (known !== null) {
    if (contact.name !== null || contact.username !== null) await rememberNames(tx, known.contactId, contact);
    return known;
  }
  const thread: Thread = {
    conversationId: newId(),
    contactId: newId(),
    accountId: account.id,
    channel: account.channel,
    policy: await policyOfAccount(tx, account),
    source: begun.source,
    senderId: contact.senderId,
    state: 'answered',
    window: noWindow,
    lastMessageId: null,
    lastMessageAt: begun.at,
    unansweredSinceAt: null,
    firstAnsweredAt: null,
    lastAnsweredAt: null,
    closedAt: null,
    snoozedUntil: null,
    unreachable: false,
    deliveredUpTo: null,
    readUpTo: null,
    isErased: false,
    hasWritten: false,
    leadId: null,
    topics: [],
    handoffId: null,
  };
  const { id: accountId, channel } = account;
  await insertContact(tx, { ...contact, id: thread.contactId, accountId, channel }, begun.at);
  await tx.run(
    `insert into conversations (agency_id, id, account_id, contact_id, channel, state, metadata, last_message_at, created_at)
     values (:agency, :id, :accountId, :contactId, :channel, :state, :metadata, :at, :at)`,
    {
      id: thread.conversationId,
      accountId: account.id,
      contactId: thread.contactId,
      channel: account.channel,
      state: thread.state,
      metadata: conversationMetadata(thread),
      at: begun.at,
    },
  );
  return thread;
}

export async function saveThread(tx: AgencyTx, thread: Thread): Promise<void> {
  const { window } = thread;
  if (window.openedAt !== null && !thread.hasWritten) {
    await tx.run(`update contacts set wrote = 1 where agency_id = :agency and id = :contactId`, {
      contactId: thread.contactId,
    });
    thread.hasWritten = true;
  }
  await tx.run(
    `update conversations set state = :state, metadata = :metadata,
       window_opened_at = :openedAt, window_opened_by = :openedBy, window_by_ad = :byAd,
       comment_message_id = :commentMessageId, comment_at = :commentAt, private_reply_used_at = :privateReplyUsedAt, private_reply_on_its_way = :isReplyOnItsWay,
       last_message_id = :lastMessageId, last_message_at = :lastMessageAt, unanswered_since_at = :unansweredSinceAt,
       first_answered_at = :firstAnsweredAt, last_answered_at = :lastAnsweredAt, closed_at = :closedAt, snoozed_until = :snoozedUntil, unreachable = :unreachable,
       delivered_up_to = :deliveredUpTo, read_up_to = :readUpTo
     where agency_id = :agency and id = :id`,
    {
      id: thread.conversationId,
      state: thread.state,
      metadata: conversationMetadata(thread),
      openedAt: window.openedAt,
      openedBy: window.openedBy,
      byAd: window.byAd ? 1 : 0,
      commentMessageId: window.comment?.messageId ?? null,
      commentAt: window.comment?.at ?? null,
      privateReplyUsedAt: window.comment?.privateReplyUsedAt ?? null,
      isReplyOnItsWay: window.comment?.isReplyOnItsWay === true ? 1 : 0,
      lastMessageId: thread.lastMessageId,
      lastMessageAt: thread.lastMessageAt,
      unansweredSinceAt: thread.unansweredSinceAt,
      firstAnsweredAt: thread.firstAnsweredAt,
      lastAnsweredAt: thread.lastAnsweredAt,
      closedAt: thread.closedAt,
      snoozedUntil: thread.snoozedUntil,
      unreachable: thread.unreachable ? 1 : 0,
      deliveredUpTo: thread.deliveredUpTo,
      readUpTo: thread.readUpTo,
    },
  );
}

/**
 * Somebody waits again, though they wrote nothing. A snooze from when nobody waited ends, because it may last past the end of their window
 * (`snoozeEndsAt`).
 */
export function waitAgain(thread: Thread): void {
  if (thread.state !== 'needs_answer') thread.snoozedUntil = null;
  thread.state = 'needs_answer';
}

/** A message is the thread's newest if none is later; of two at the same moment the one that came last. */
export function noteLastMessage(thread: Thread, messageId: string, at: number): void {
  if (thread.lastMessageId !== null && at < thread.lastMessageAt) return;
  thread.lastMessageId = messageId;
  thread.lastMessageAt = at;
}

/** Finds the newest message again, after one has left the thread or come from another one. */
export async function recountLastMessage(tx: AgencyTx, thread: Thread): Promise<void> {
  const last = await tx.get<{ id: string; sent_at: number }>(
    `select id, sent_at from messages
     where agency_id = :agency and conversation_id = :conversationId and direction in ('inbound', 'outbound')
     order by sent_at desc, id desc limit 1`,
    { conversationId: thread.conversationId },
  );
  thread.lastMessageId = last?.id ?? null;
  thread.lastMessageAt = last?.sent_at ?? thread.lastMessageAt;
}

function conversationMetadata(thread: Thread): string {
  const { policy, channel } = thread;
  const { window } = thread;
  const lastsMs = directWindowMs(window, { channel, policy, humanAgentApproved: false });
  return JSON.stringify({
    source: {
      source: 'social_dm',
      platform: channel,
      threadId: thread.senderId,
      windowExpiresAt: window.openedAt === null ? null : window.openedAt + lastsMs,
      ...thread.source,
    },
  });
}

function asThread(row: ThreadRow): Thread | null {
  if (row.conversation_id === null) return null;
  const { source } = JSON.parse(row.metadata) as { source: Source };
  return {
    conversationId: row.conversation_id,
    contactId: row.contact_id,
    accountId: row.account_id,
    channel: row.channel,
    policy: policyOf({ channel: row.channel, policy: readPolicy(row.policy) }),
    source: { kind: source.kind, postId: source.postId, commentId: source.commentId, adTitle: source.adTitle },
    senderId: row.sender_id,
    state: row.state,
    window: windowFactsOf(row),
    lastMessageId: row.last_message_id,
    lastMessageAt: row.last_message_at,
    unansweredSinceAt: row.unanswered_since_at,
    firstAnsweredAt: row.first_answered_at,
    lastAnsweredAt: row.last_answered_at,
    closedAt: row.closed_at,
    snoozedUntil: row.snoozed_until,
    unreachable: row.unreachable === 1,
    deliveredUpTo: row.delivered_up_to,
    readUpTo: row.read_up_to,
    isErased: row.erased_at !== null,
    hasWritten: row.wrote === 1,
    leadId: row.lead_id,
    topics: row.topics === null ? [] : (JSON.parse(row.topics) as Topic[]),
    handoffId: row.handoff_id,
  };
}
