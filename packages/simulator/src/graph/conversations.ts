import type { Buyer, ThreadMessage } from '../truth/truth.ts';
import { type GraphAnswer, invalidParameter, ok } from './answers.ts';
import { type Fields, parseFields, pick } from './fields.ts';
import type { Endpoint, GraphCall } from './graph.ts';

/** The Conversations API, which the relay reads back after an uncertain send. */
export const conversationEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: '/:node/conversations', call: 'other', ownNode: true, answer: listConversations },
];

/** Only the 20 newest messages of a conversation can be read (Conversations API page, 11 February 2026). */
const readableMessages = 20;
const conversationsPerPage = 25;

function listConversations({ account, parameters, world }: GraphCall): GraphAnswer {
  const fields = parseFields(String(parameters['fields'] ?? 'id,updated_time'));
  if (fields === null) return invalidParameter('Syntax error in the fields parameter.');
  const platform = account.channel === 'instagram' ? 'instagram' : 'messenger';
  if ((parameters['platform'] ?? 'messenger') !== platform)
    return invalidParameter(`This account has no conversations on the given platform.`);
  const limit = Math.min(Number(parameters['limit'] ?? conversationsPerPage), 100);
  const person = parameters['user_id'];
  const candidates = person === undefined ? [...world.truth.buyers.values()] : [world.truth.buyers.get(String(person))];
  const data = candidates
    .filter((buyer): buyer is Buyer => buyer?.account === account && buyer.messages.length > 0)
    .sort((a, b) => lastAt(b) - lastAt(a))
    .slice(0, limit)
    .map((buyer) => readConversation(buyer, fields));
  return ok({ data, paging: {} });
}

export function readConversation(buyer: Buyer, fields: Fields): Record<string, unknown> {
  const asked = fields.get('messages');
  const inner: Fields =
    asked === undefined || asked.fields.size === 0
      ? new Map([['created_time', { limit: null, fields: new Map() }]])
      : asked.fields;
  const newest = buyer.messages
    .slice(-readableMessages)
    .toReversed()
    .slice(0, asked?.limit ?? readableMessages)
    .map((message) => pick(messageNode(buyer, message), inner));
  const conversation = pick(
    {
      id: buyer.conversationId,
      updated_time: isoTime(lastAt(buyer)),
      participants: { data: [accountNode(buyer), personNode(buyer)] },
    },
    fields,
  );
  return asked === undefined ? conversation : { ...conversation, messages: { data: newest } };
}

/** A message as a Graph node. Null if it is too old for Meta to show. */
export function readMessage(buyer: Buyer, message: ThreadMessage, fields: Fields): Record<string, unknown> | null {
  if (message.unsent || !buyer.messages.slice(-readableMessages).includes(message)) return null;
  return pick(messageNode(buyer, message), fields);
}

function messageNode(buyer: Buyer, message: ThreadMessage): Record<string, unknown> {
  const [from, to] =
    message.from === 'buyer' ? [personNode(buyer), accountNode(buyer)] : [accountNode(buyer), personNode(buyer)];
  const attachments = message.attachments.map(({ type, url }) => ({
    mime_type: type,
    ...(url === null ? {} : { image_data: { url } }),
  }));
  return {
    id: message.nativeMessageId,
    created_time: isoTime(message.at),
    from,
    to: { data: [to] },
    message: message.text ?? '',
    ...(attachments.length === 0 ? {} : { attachments: { data: attachments } }),
    ...(message.story === null ? {} : { story: message.story }),
  };
}

function personNode({ account, id, name, username }: Buyer): object {
  return account.channel === 'instagram'
    ? { id, username: username ?? name }
    : { id, name, email: `${id}@facebook.com` };
}

function accountNode({ account }: Buyer): object {
  return account.channel === 'instagram'
    ? { id: account.nativeId, username: account.username }
    : { id: account.nativeId, name: account.name };
}

const lastAt = (buyer: Buyer) => buyer.messages.at(-1)?.at ?? 0;

/** Graph writes times as `2026-11-20T21:00:00+0000`, without milliseconds. */
export const isoTime = (at: number) => new Date(at).toISOString().replace(/\.\d{3}Z$/, '+0000');
