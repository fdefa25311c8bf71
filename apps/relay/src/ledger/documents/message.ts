import type { Attachment, Message } from '@transom/shared';
import type { AgencyTx } from '../../store/port.ts';
import { type FailureRow, failureOf } from '../failure.ts';

export type MessageRow = FailureRow & {
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
  edited_at: number | null;
  unsent_at: number | null;
  reaction: string | null;
  hidden_at: number | null;
  /** Both null unless the message is queued. */
  next_attempt_at: number | null;
  paused_until: number | null;
};

/** What `messages.metadata` holds. */
export type MessageMetadata = {
  readonly attachments?: readonly Attachment[];
  readonly comment?: Message['comment'];
  /** The window when the message was received or sent, for the audit: its kind and end. */
  readonly window?: { readonly kind: string; readonly expiresAt: number | null };
};

/** Adds, for people who read the table, how many attachments there are, and what the policies flagged, which is nothing yet. */
export function storedMetadata(metadata: MessageMetadata): string {
  return JSON.stringify({ ...metadata, attachmentCount: metadata.attachments?.length ?? 0, policyFlags: [] });
}

const selectMessages = `
select m.id, m.conversation_id, m.direction, m.kind, m.text, m.native_message_id, m.client_message_id, m.sent_at, m.received_at,
       m.state, m.origin, m.author_id, p.name as author_name, m.reply_to, m.metadata, m.failure_code, m.failure_reason, m.failure_params, m.failure_detail,
       case when m.failure_by is not null then (
         select f.name from people f where f.agency_id = m.agency_id and f.id = m.failure_by) end as failure_by_name,
       m.edited_at, m.unsent_at, m.reaction, m.hidden_at,
       case when m.state = 'queued' then m.next_attempt_at end as next_attempt_at,
       case when m.state = 'queued' then (
         select a.paused_until from accounts a where a.agency_id = m.agency_id and a.id = m.account_id) end as paused_until
from messages m left join people p on p.agency_id = m.agency_id and p.id = m.author_id`;

const messageById = `${selectMessages} where m.agency_id = :agency and m.id = :id`;

export async function readMessage(tx: AgencyTx, id: string, rev: number): Promise<Message | null> {
  const row = await tx.get<MessageRow>(messageById, { id });
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
  const rows = await readRows(tx, conversationId, before, limit);
  return rows.map((row) => asMessage(row, rev));
}

/**
 * A hundred short messages. More at once would block the event loop, and a slow connection, for everybody else; and V8 frees strings of
 * more than 128 KB, two bytes a letter, only in a full garbage collection.
 */
const maxAnswerBytes = 48 * 1024;
/** The size of a message in an answer besides its words and attachments. */
const wrappingBytes = 400;
/** So that few are read in vain if messages are long. */
const rowsAtATime = 20;

/**
 * Messages of a thread for one answer: newest first, strictly before `before`, at most `limit`, and fewer if they are large, but at least
 * one if there is any. `hasMore`: there are older ones.
 */
export async function pageOfMessages(
  tx: AgencyTx,
  conversationId: string,
  before: PlaceInThread | null,
  limit: number,
  rev: number,
): Promise<{ readonly messages: Message[]; readonly hasMore: boolean }> {
  const messages: Message[] = [];
  let bytes = 0;
  for (let last = before; ; ) {
    const wanted = Math.min(rowsAtATime, limit + 1 - messages.length);
    const rows = await readRows(tx, conversationId, last, wanted);
    for (const row of rows) {
      if (messages.length === limit || bytes >= maxAnswerBytes) return { messages, hasMore: true };
      messages.push(asMessage(row, rev));
      bytes += Buffer.byteLength(JSON.stringify(row.text)) + row.metadata.length + wrappingBytes;
    }
    if (rows.length < wanted) return { messages, hasMore: false };
    last = messages.at(-1) ?? null;
  }
}

function readRows(
  tx: AgencyTx,
  conversationId: string,
  before: PlaceInThread | null,
  limit: number,
): Promise<MessageRow[]> {
  const { sentAt, id } = before ?? { sentAt: Number.MAX_SAFE_INTEGER, id: '' };
  return tx.all<MessageRow>(
    `${selectMessages} where m.agency_id = :agency and m.conversation_id = :conversationId and (m.sent_at, m.id) < (:sentAt, :id)
     order by m.sent_at desc, m.id desc limit :limit`,
    { conversationId, sentAt, id, limit },
  );
}

export function asMessage(row: MessageRow, rev: number): Message {
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
    failure: failureOf(row),
    editedAt: row.edited_at,
    unsentAt: row.unsent_at,
    reaction: row.reaction,
    hiddenAt: row.hidden_at,
    waitsUntil: waitsUntil(row),
  };
}

/** A reply may be sent as soon as it is queued, unless something holds it up until later. Independent of the current time. */
function waitsUntil({ received_at, next_attempt_at, paused_until }: MessageRow): number | null {
  const at = Math.max(next_attempt_at ?? 0, paused_until ?? 0);
  return at > received_at ? at : null;
}
