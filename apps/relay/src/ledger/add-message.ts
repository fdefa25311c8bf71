import { type Message, newId, newIdAfter } from '@transom/shared';
import type { AgencyWork } from './agency-work.ts';
import { asMessage, type MessageMetadata, type MessageRow, storedMetadata } from './documents/message.ts';
import { failureColumns, failureParams } from './failure.ts';
import type { Beginning } from './state-machine.ts';

type Place = { readonly conversationId: string; readonly accountId: string };

/** What a delivery of the channel brought. */
export type FromChannel = Place & {
  readonly kind: Message['kind'];
  /** Null if there is none, or if it was taken back before it arrived. */
  readonly text: string | null;
  readonly nativeMessageId: string;
  readonly sentAt: number;
  readonly replyTo?: string | null;
  readonly metadata: MessageMetadata;
  readonly unsentAt?: number | undefined;
  /** Null if no delivery brought it. */
  readonly deliveryId: number | null;
};

/** A person wrote or commented. `windowOpenedAt` only if it counts for the window of direct messages. */
export async function insertReceived(
  work: AgencyWork,
  message: FromChannel,
  audited: { readonly windowOpenedAt?: number | null } = {},
): Promise<string> {
  const { conversationId, sentAt } = message;
  const id = await insert(work, fromChannel(message), { direction: 'inbound', state: 'received', origin: 'contact' });
  const action = message.kind === 'comment' ? 'comment.received' : 'message.received';
  work.record('relay', action, id, { conversationId, sentAt, ...audited });
  return id;
}

/** The business answered somewhere else: on a phone, or in public. */
export async function insertSentElsewhere(
  work: AgencyWork,
  message: FromChannel,
  state: 'sent' | 'delivered' | 'read' = 'sent',
): Promise<string> {
  const id = await insert(work, fromChannel(message), { direction: 'outbound', state, origin: 'elsewhere' });
  const action = message.kind === 'comment' ? 'comment.answered_elsewhere' : 'message.sent_elsewhere';
  work.record('relay', action, id, { conversationId: message.conversationId });
  return id;
}

type FromPerson = Place & { readonly text: string; readonly clientMessageId: string; readonly authorId: string };

export type Reply = FromPerson & {
  readonly kind: 'text' | 'private_reply';
  readonly replyTo?: string | undefined;
  readonly metadata: MessageMetadata;
  /** Why it cannot be sent at once. */
  readonly failure: Message['failure'];
  readonly windowOpenedAt: number | null;
};

/** Queues a person's reply. Those of a conversation are sent in the order in which people asked for them, whatever the clock said. */
export async function insertQueued(work: AgencyWork, { windowOpenedAt, ...reply }: Reply): Promise<string> {
  const { conversationId, kind, authorId } = reply;
  const last = await work.tx.get<{ number: number | null }>(
    `select max(queue_number) as number from messages
     where agency_id = :agency and conversation_id = :conversationId and state in ('queued', 'sending')`,
    { conversationId },
  );
  const id = await insert(
    work,
    { ...reply, sentAt: work.now, nextAttemptAt: work.now, queueNumber: (last?.number ?? 0) + 1 },
    { direction: 'outbound', state: 'queued', origin: 'desk' },
  );
  work.record(authorId, 'reply.queued', id, { conversationId, kind, windowOpenedAt });
  return id;
}

/** A note for the team; it does not change the conversation. */
export async function insertNote(work: AgencyWork, note: FromPerson): Promise<string> {
  const { conversationId, authorId } = note;
  const id = await insert(
    work,
    { ...note, kind: 'note', sentAt: work.now, metadata: {} },
    { direction: 'note', state: 'received', origin: 'desk' },
  );
  work.record(authorId, 'note.added', id, { conversationId });
  return id;
}

type Begun = { readonly state: Beginning } & Pick<Message, 'direction' | 'origin'>;
type Inserted = Place & {
  readonly kind: Message['kind'];
  readonly text: string | null;
  readonly sentAt: number;
  readonly metadata: MessageMetadata;
  readonly nativeMessageId?: string | null;
  readonly clientMessageId?: string;
  readonly authorId?: string;
  readonly replyTo?: string | null | undefined;
  readonly failure?: Message['failure'];
  readonly unsentAt?: number | undefined;
  readonly deliveryId?: number | null;
  readonly nextAttemptAt?: number;
  readonly queueNumber?: number;
};

const fromChannel = (message: FromChannel): Inserted =>
  // A message that was taken back before it arrived is kept without its words.
  message.unsentAt === undefined ? message : { ...message, text: null };

const insertion = `
insert into messages (agency_id, id, conversation_id, account_id, direction, kind, text, native_message_id, client_message_id, sent_at,
  received_at, state, origin, author_id, reply_to, metadata, ${Object.keys(failureColumns).join(', ')}, unsent_at, next_attempt_at, delivery_id, queue_number)
values (:agency, :id, :conversation_id, :account_id, :direction, :kind, :text, :native_message_id, :client_message_id, :sent_at,
  :received_at, :state, :origin, :author_id, :reply_to, :metadata, ${Object.values(failureColumns).join(', ')}, :unsent_at, :next_attempt_at, :delivery_id, :queue_number)`;

/** A native id that the account already has is an error: look it up before inserting. */
async function insert(work: AgencyWork, message: Inserted, begun: Begun): Promise<string> {
  const row: Omit<MessageRow, NotAtFirst> = {
    id: await nextMessageId(work),
    conversation_id: message.conversationId,
    ...begun,
    kind: message.kind,
    text: message.text,
    native_message_id: message.nativeMessageId ?? null,
    client_message_id: message.clientMessageId ?? null,
    sent_at: message.sentAt,
    received_at: work.now,
    author_id: message.authorId ?? null,
    reply_to: message.replyTo ?? null,
    metadata: storedMetadata(message.metadata),
    unsent_at: message.unsentAt ?? null,
  };
  await work.tx.run(insertion, {
    ...row,
    ...failureParams(message.failure ?? null),
    account_id: message.accountId,
    next_attempt_at: message.nextAttemptAt ?? null,
    delivery_id: message.deliveryId ?? null,
    queue_number: message.queueNumber ?? null,
  });
  if (begun.direction !== 'note') work.touch('conversation', row.conversation_id);
  // A message that has no author and does not wait is completely known here.
  const write = (rev: number) => asMessage({ ...row, ...notAtFirst }, rev);
  work.touch('message', row.id, row.author_id === null ? write : undefined);
  return row.id;
}

type NotAtFirst = keyof typeof notAtFirst;
const notAtFirst = {
  failure_code: null,
  failure_reason: null,
  failure_params: null,
  failure_by_name: null,
  failure_detail: null,
  author_name: null,
  edited_at: null,
  reaction: null,
  hidden_at: null,
  next_attempt_at: null,
  paused_until: null,
} as const;

/**
 * The ids of an agency's messages grow in the order in which the relay learns of them, even after a restart with a clock that was set back:
 * that order shows who had seen an answer. Nothing else adds any while this work is open.
 */
async function nextMessageId(work: AgencyWork): Promise<string> {
  const fresh = newId();
  work.newestMessageId ??= await newestSince(work, fresh);
  const id = fresh > work.newestMessageId ? fresh : newIdAfter(work.newestMessageId);
  work.newestMessageId = id;
  return id;
}

async function newestSince({ tx }: AgencyWork, id: string): Promise<string> {
  const later = await tx.get<{ id: string }>(
    `select id from messages where agency_id = :agency and id >= :id order by id desc limit 1`,
    { id },
  );
  return later?.id ?? '';
}
