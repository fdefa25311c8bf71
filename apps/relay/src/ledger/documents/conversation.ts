import type { Conversation, Message, Source } from '@transom/shared';
import type { AgencyTx } from '../../store/port.ts';
import { type WindowRow, windowColumns, windowFactsOf } from './window-facts.ts';

type ConversationRow = WindowRow & {
  id: string;
  account_id: string;
  channel: Conversation['channel'];
  state: Conversation['state'];
  metadata: string;
  last_message_at: number;
  unanswered_since_at: number | null;
  first_answered_at: number | null;
  unreachable: number;
  erased_at: number | null;
  snoozed_until: number | null;
  contact_id: string;
  contact_name: string | null;
  contact_username: string | null;
  contact_metadata: string;
  lead_id: string | null;
  lead_topics: string | null;
  lead_stage: NonNullable<Conversation['lead']>['stage'] | null;
  lead_metadata: string | null;
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
  last_author_id: string | null;
  last_author_name: string | null;
  reacted_id: string | null;
  reacted_text: string | null;
  reaction: string | null;
  reaction_at: number | null;
};

const selectConversations = `
select c.id, c.account_id, c.channel, c.state, c.metadata,
       ${windowColumns},
       c.last_message_at, c.unanswered_since_at, c.first_answered_at, c.unreachable, c.erased_at, c.snoozed_until,
       t.id as contact_id, t.name as contact_name, t.username as contact_username, t.metadata as contact_metadata,
       l.id as lead_id, l.topics as lead_topics, l.stage as lead_stage, l.metadata as lead_metadata,
       h.id as handoff_id, h.reason as handoff_reason, h.state as handoff_state, h.opened_at,
       h.claimed_by, p.name as claimed_name, h.claimed_until,
       m.id as last_id, m.direction as last_direction, m.kind as last_kind, substr(m.text, 1, 160) as last_text, m.state as last_state,
       a.id as last_author_id, a.name as last_author_name,
       r.id as reacted_id, substr(r.text, 1, 80) as reacted_text, r.reaction, r.reaction_at
from conversations c
join contacts t on t.agency_id = c.agency_id and t.id = c.contact_id
left join leads l on l.agency_id = c.agency_id and l.conversation_id = c.id
left join handoffs h on h.agency_id = c.agency_id and h.conversation_id = c.id and h.state <> 'resolved'
left join people p on p.agency_id = c.agency_id and p.id = h.claimed_by
left join messages m on m.agency_id = c.agency_id and m.id = c.last_message_id
left join people a on a.agency_id = m.agency_id and a.id = m.author_id
left join messages r on r.agency_id = c.agency_id and r.id = (
  select x.id from messages x
  where x.agency_id = c.agency_id and x.conversation_id = c.id and x.reaction is not null and x.direction = 'outbound' and x.unsent_at is null
  order by x.reaction_at desc limit 1)`;

const conversationById = `${selectConversations} where c.agency_id = :agency and c.id = :id`;

export async function readConversation(tx: AgencyTx, id: string, rev: number): Promise<Conversation | null> {
  const row = await tx.get<ConversationRow>(conversationById, { id });
  return row === undefined ? null : asConversation(row, rev);
}

/** The same at the end of a unit of work: first brings the lead's copy of its handoff's state up to date, whoever changed that. */
export async function readTouchedConversation(tx: AgencyTx, id: string, rev: number): Promise<Conversation | null> {
  const row = await tx.get<ConversationRow>(conversationById, { id });
  if (row === undefined) return null;
  await followHandoff(tx, row);
  return asConversation(row, rev);
}

type LeadMetadata = { readonly source?: { readonly handoffState?: Handoff['state'] | null } };
type Handoff = NonNullable<Conversation['handoff']>;

async function followHandoff(tx: AgencyTx, row: ConversationRow): Promise<void> {
  if (row.lead_id === null || row.lead_metadata === null) return;
  const { source } = JSON.parse(row.lead_metadata) as LeadMetadata;
  // Erased.
  if (source === undefined) return;
  const state = row.handoff_state ?? (await hadHandoff(tx, row.id, source.handoffState));
  if (state === (source.handoffState ?? null)) return;
  await tx.run(`update leads set metadata = :metadata where agency_id = :agency and id = :id`, {
    id: row.lead_id,
    metadata: JSON.stringify({ source: { ...source, handoffState: state } }),
  });
}

/** A handoff that was open or claimed, and is no longer there, is resolved. */
async function hadHandoff(
  tx: AgencyTx,
  conversationId: string,
  before: Handoff['state'] | null | undefined,
): Promise<'resolved' | null> {
  if (before !== null && before !== undefined) return 'resolved';
  const any = await tx.get(
    `select 1 as found from handoffs where agency_id = :agency and conversation_id = :conversationId and state = 'resolved' limit 1`,
    { conversationId },
  );
  return any === undefined ? null : 'resolved';
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
    window: windowFactsOf(row),
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
            author: row.last_author_id === null ? null : { id: row.last_author_id, name: row.last_author_name ?? '' },
          },
    lastMessageAt: row.last_message_at,
    lastReaction: asReaction(row),
    unansweredSinceAt: row.unanswered_since_at,
    firstAnsweredAt: row.first_answered_at,
    unreachable: row.unreachable === 1,
    erasedAt: row.erased_at,
    snoozedUntil: row.snoozed_until,
  };
}

/** Words of ours that an erasure has not reached yet are not quoted. */
function asReaction(row: ConversationRow): Conversation['lastReaction'] {
  if (row.reacted_id === null || row.reaction === null || row.reaction_at === null || row.erased_at !== null)
    return null;
  return { messageId: row.reacted_id, emoji: row.reaction, preview: row.reacted_text ?? '', at: row.reaction_at };
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
