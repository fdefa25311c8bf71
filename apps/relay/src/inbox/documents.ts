import type { Account, Agency, Attachment, Conversation, Message, Source } from '@transom/shared';
import type { AgencyTx } from '../store/port.ts';

/** Entities that travel on the change feed, and how each is read as the document that desks get. */
export type TouchedEntity = { readonly entity: 'agency' | 'account' | 'conversation' | 'message'; readonly id: string };
export type Document = Agency | Account | Conversation | Message;

/** The present document, or null when the thing is gone. `rev` is the number of the change that carries it. */
export async function documentOf(tx: AgencyTx, touched: TouchedEntity, rev: number): Promise<Document | null> {
  switch (touched.entity) {
    case 'agency':
      return readAgency(tx);
    case 'account':
      return readAccount(tx, touched.id, rev);
    case 'conversation':
      return readConversation(tx, touched.id, rev);
    case 'message':
      return readMessage(tx, touched.id, rev);
  }
}

export async function readAgency(tx: AgencyTx): Promise<Agency> {
  const agency = await tx.get<Agency>(`select id, name, plan from agencies where id = :agency`);
  if (agency === undefined) throw new Error(`There is no agency ${tx.agencyId}.`);
  return agency;
}

type AccountRow = {
  id: string;
  channel: Account['channel'];
  name: string;
  username: string | null;
  state: Account['state'];
  human_agent_approved: number;
};
const accountColumns = 'id, channel, name, username, state, human_agent_approved';

export async function readAccount(tx: AgencyTx, id: string, rev: number): Promise<Account | null> {
  const row = await tx.get<AccountRow>(
    `select ${accountColumns} from accounts where agency_id = :agency and id = :id`,
    { id },
  );
  return row === undefined ? null : asAccount(row, rev);
}

export async function listAccounts(tx: AgencyTx, rev: number): Promise<Account[]> {
  const rows = await tx.all<AccountRow>(
    `select ${accountColumns} from accounts where agency_id = :agency order by created_at, id`,
  );
  return rows.map((row) => asAccount(row, rev));
}

function asAccount({ human_agent_approved, ...row }: AccountRow, rev: number): Account {
  return { ...row, rev, humanAgentApproved: human_agent_approved === 1 };
}

type ConversationRow = {
  id: string;
  account_id: string;
  channel: Conversation['channel'];
  state: Conversation['state'];
  metadata: string;
  window_opened_at: number | null;
  window_opened_by: string | null;
  window_by_ad: number;
  comment_message_id: string | null;
  comment_at: number | null;
  private_reply_used_at: number | null;
  last_message_at: number;
  unanswered_since_at: number | null;
  first_answered_at: number | null;
  unreachable: number;
  contact_id: string;
  contact_name: string | null;
  contact_username: string | null;
  contact_metadata: string;
  lead_id: string | null;
  lead_topics: string | null;
  lead_stage: NonNullable<Conversation['lead']>['stage'] | null;
  handoff_id: string | null;
  handoff_reason: NonNullable<Conversation['handoff']>['reason'] | null;
  handoff_state: NonNullable<Conversation['handoff']>['state'] | null;
  opened_at: number | null;
  claimed_by: string | null;
  claimed_name: string | null;
  claimed_until: number | null;
  last_id: string | null;
  last_direction: Message['direction'] | null;
  last_kind: Message['kind'] | null;
  last_text: string | null;
  last_state: Message['state'] | null;
};

const selectConversations = `
select c.id, c.account_id, c.channel, c.state, c.metadata,
       c.window_opened_at, c.window_opened_by, c.window_by_ad,
       c.comment_message_id, c.comment_at, c.private_reply_used_at,
       c.last_message_at, c.unanswered_since_at, c.first_answered_at, c.unreachable,
       t.id as contact_id, t.name as contact_name, t.username as contact_username, t.metadata as contact_metadata,
       l.id as lead_id, l.topics as lead_topics, l.stage as lead_stage,
       h.id as handoff_id, h.reason as handoff_reason, h.state as handoff_state, h.opened_at,
       h.claimed_by, p.name as claimed_name, h.claimed_until,
       m.id as last_id, m.direction as last_direction, m.kind as last_kind, substr(m.text, 1, 160) as last_text, m.state as last_state
from conversations c
join contacts t on t.agency_id = c.agency_id and t.id = c.contact_id
left join leads l on l.agency_id = c.agency_id and l.conversation_id = c.id
left join handoffs h on h.agency_id = c.agency_id and h.conversation_id = c.id and h.state <> 'resolved'
left join people p on p.agency_id = c.agency_id and p.id = h.claimed_by
left join messages m on m.agency_id = c.agency_id and m.id = c.last_message_id`;

export async function readConversation(tx: AgencyTx, id: string, rev: number): Promise<Conversation | null> {
  const row = await tx.get<ConversationRow>(`${selectConversations} where c.agency_id = :agency and c.id = :id`, {
    id,
  });
  return row === undefined ? null : asConversation(row, rev);
}

export type PlaceInList = { readonly lastMessageAt: number; readonly id: string };

/** Conversations by their last message, newest first, strictly after `after`. */
export async function listConversations(
  tx: AgencyTx,
  after: PlaceInList | null,
  limit: number,
  rev: number,
): Promise<Conversation[]> {
  const { lastMessageAt, id } = after ?? { lastMessageAt: Number.MAX_SAFE_INTEGER, id: '' };
  const rows = await tx.all<ConversationRow>(
    `${selectConversations} where c.agency_id = :agency and (c.last_message_at, c.id) < (:lastMessageAt, :id)
     order by c.last_message_at desc, c.id desc limit :limit`,
    { lastMessageAt, id, limit },
  );
  return rows.map((row) => asConversation(row, rev));
}

function asConversation(row: ConversationRow, rev: number): Conversation {
  const { source } = JSON.parse(row.metadata) as { source: Source };
  const { social } = JSON.parse(row.contact_metadata) as { social: { profileUrl: string | null } };
  return {
    id: row.id,
    rev,
    accountId: row.account_id,
    channel: row.channel,
    contact: {
      id: row.contact_id,
      name: row.contact_name,
      username: row.contact_username,
      profileUrl: social.profileUrl,
    },
    source: { kind: source.kind, postId: source.postId, commentId: source.commentId, adTitle: source.adTitle },
    state: row.state,
    window: {
      openedAt: row.window_opened_at,
      openedBy: row.window_opened_by,
      byAd: row.window_by_ad === 1,
      comment:
        row.comment_message_id === null || row.comment_at === null
          ? null
          : { messageId: row.comment_message_id, at: row.comment_at, privateReplyUsedAt: row.private_reply_used_at },
    },
    lead:
      row.lead_id === null || row.lead_topics === null || row.lead_stage === null
        ? null
        : {
            id: row.lead_id,
            topics: JSON.parse(row.lead_topics) as NonNullable<Conversation['lead']>['topics'],
            stage: row.lead_stage,
          },
    handoff: asHandoff(row),
    lastMessage:
      row.last_id === null || row.last_direction === null || row.last_kind === null || row.last_state === null
        ? null
        : {
            id: row.last_id,
            direction: row.last_direction,
            kind: row.last_kind,
            preview: row.last_text ?? '',
            state: row.last_state,
          },
    lastMessageAt: row.last_message_at,
    unansweredSinceAt: row.unanswered_since_at,
    firstAnsweredAt: row.first_answered_at,
    unreachable: row.unreachable === 1,
  };
}

function asHandoff(row: ConversationRow): Conversation['handoff'] {
  if (row.handoff_id === null || row.handoff_reason === null || row.handoff_state === null || row.opened_at === null)
    return null;
  return {
    id: row.handoff_id,
    reason: row.handoff_reason,
    state: row.handoff_state,
    openedAt: row.opened_at,
    claimedBy: row.claimed_by === null ? null : { id: row.claimed_by, name: row.claimed_name ?? '' },
    claimedUntil: row.claimed_until,
  };
}

type MessageRow = {
  id: string;
  conversation_id: string;
  direction: Message['direction'];
  kind: Message['kind'];
  text: string | null;
  native_message_id: string | null;
  client_message_id: string | null;
  sent_at: number;
  received_at: number;
  state: Message['state'];
  origin: Message['origin'];
  author_id: string | null;
  author_name: string | null;
  reply_to: string | null;
  metadata: string;
  failure_code: string | null;
  failure_detail: string | null;
  edited_at: number | null;
  unsent_at: number | null;
  reaction: string | null;
};

/** What `messages.metadata` holds. */
export type MessageMetadata = {
  readonly attachments?: readonly Attachment[];
  readonly comment?: Message['comment'];
  /** How the window stood when the message came or went, for the audit: its kind and end. */
  readonly window?: { readonly kind: string; readonly expiresAt: number | null };
};

const selectMessages = `
select m.id, m.conversation_id, m.direction, m.kind, m.text, m.native_message_id, m.client_message_id, m.sent_at, m.received_at,
       m.state, m.origin, m.author_id, p.name as author_name, m.reply_to, m.metadata, m.failure_code, m.failure_detail,
       m.edited_at, m.unsent_at, m.reaction
from messages m left join people p on p.agency_id = m.agency_id and p.id = m.author_id`;

export async function readMessage(tx: AgencyTx, id: string, rev: number): Promise<Message | null> {
  const row = await tx.get<MessageRow>(`${selectMessages} where m.agency_id = :agency and m.id = :id`, { id });
  return row === undefined ? null : asMessage(row, rev);
}

export type PlaceInThread = { readonly sentAt: number; readonly id: string };

/** Messages of a thread, newest first, strictly before `before`. */
export async function listMessages(
  tx: AgencyTx,
  conversationId: string,
  before: PlaceInThread | null,
  limit: number,
  rev: number,
): Promise<Message[]> {
  const { sentAt, id } = before ?? { sentAt: Number.MAX_SAFE_INTEGER, id: '' };
  const rows = await tx.all<MessageRow>(
    `${selectMessages} where m.agency_id = :agency and m.conversation_id = :conversationId and (m.sent_at, m.id) < (:sentAt, :id)
     order by m.sent_at desc, m.id desc limit :limit`,
    { conversationId, sentAt, id, limit },
  );
  return rows.map((row) => asMessage(row, rev));
}

function asMessage(row: MessageRow, rev: number): Message {
  const metadata = JSON.parse(row.metadata) as MessageMetadata;
  return {
    id: row.id,
    rev,
    conversationId: row.conversation_id,
    direction: row.direction,
    kind: row.kind,
    text: row.text,
    nativeMessageId: row.native_message_id,
    clientMessageId: row.client_message_id,
    sentAt: row.sent_at,
    receivedAt: row.received_at,
    state: row.state,
    origin: row.origin,
    author: row.author_id === null ? null : { id: row.author_id, name: row.author_name ?? '' },
    attachments: [...(metadata.attachments ?? [])],
    replyTo: row.reply_to,
    comment: metadata.comment ?? null,
    failure: row.failure_code === null ? null : { code: row.failure_code, detail: row.failure_detail ?? '' },
    editedAt: row.edited_at,
    unsentAt: row.unsent_at,
    reaction: row.reaction,
  };
}
