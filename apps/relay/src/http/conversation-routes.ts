import {
  type Account,
  type Conversation,
  contactSchema,
  conversationSchema,
  messageSchema,
  refuse,
  rulesFor,
  windowAt,
  windowKindSchema,
} from '@transom/shared';
import * as z from 'zod';
import { listAccounts } from '../inbox/documents/account.ts';
import { listConversations, readConversation } from '../inbox/documents/conversation.ts';
import { pageOfMessages } from '../inbox/documents/message.ts';
import { cursorAfter, pageQuerySchema } from './page.ts';
import type { ApiDeps } from './register-api.ts';
import { type Route, route } from './route.ts';

const conversationItem = z.object({
  id: z.string(),
  channel: conversationSchema.shape.channel,
  contact: contactSchema.pick({ id: true, name: true, username: true }),
  lastMessageAt: z.number().int(),
  window: z.object({ kind: windowKindSchema, expiresAt: z.number().int().nullable() }),
  state: conversationSchema.shape.state,
});

const messageItem = messageSchema.pick({
  id: true,
  direction: true,
  kind: true,
  text: true,
  nativeMessageId: true,
  sentAt: true,
  state: true,
  attachments: true,
});

/** `rev` belongs to the change feed; the HTTP API does not show it. */
const noRev = 0;

export function conversationRoutes({ store, clock }: ApiDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/conversations',
      summary: 'Conversations, the latest first',
      access: 'device',
      query: pageQuerySchema,
      answer: {
        statuses: [200],
        type: 'application/json',
        schema: z.object({ items: z.array(conversationItem), nextCursor: z.string().nullable() }),
      },
      refusals: [],
      async handle({ actor, query: { limit, cursor } }) {
        const after = cursor === undefined ? null : { lastMessageAt: cursor.at, id: cursor.id };
        return store.forAgency(actor.agencyId).read(async (tx) => {
          const accounts = new Map((await listAccounts(tx, noRev)).map((account) => [account.id, account]));
          const found = await listConversations(tx, after, limit + 1, noRev);
          const page = found.slice(0, limit);
          const now = clock();
          return {
            status: 200,
            body: {
              items: page.map((conversation) =>
                asItem(conversation, now, accounts.get(conversation.accountId) ?? null),
              ),
              nextCursor: cursorAfter(
                page.map(({ lastMessageAt, id }) => ({ at: lastMessageAt, id })),
                found.length > limit,
              ),
            },
          };
        });
      },
    }),
    route({
      method: 'GET',
      path: '/api/conversations/{id}/messages',
      summary: 'Messages of a conversation, newest first; a page holds fewer than `limit` where they are long',
      access: 'device',
      params: z.object({ id: z.string().max(100) }),
      query: pageQuerySchema,
      answer: {
        statuses: [200],
        type: 'application/json',
        schema: z.object({ items: z.array(messageItem), nextCursor: z.string().nullable() }),
      },
      refusals: ['not_found'],
      async handle({ actor, params, query: { limit, cursor } }) {
        const before = cursor === undefined ? null : { sentAt: cursor.at, id: cursor.id };
        return store.forAgency(actor.agencyId).read(async (tx) => {
          if ((await readConversation(tx, params.id, noRev)) === null) return { refusal: refuse('not_found') };
          const { messages, hasMore } = await pageOfMessages(tx, params.id, before, limit, noRev);
          return {
            status: 200,
            body: {
              items: messages.map((message) => messageItem.parse(message)),
              nextCursor: cursorAfter(
                messages.map(({ sentAt, id }) => ({ at: sentAt, id })),
                hasMore,
              ),
            },
          };
        });
      },
    }),
  ];
}

function asItem(conversation: Conversation, now: number, account: Account | null): z.infer<typeof conversationItem> {
  const { id, channel, contact, lastMessageAt, state, window } = conversation;
  return {
    id,
    channel,
    contact: { id: contact.id, name: contact.name, username: contact.username },
    lastMessageAt,
    window: windowAt(window, now, rulesFor(conversation, account)),
    state,
  };
}
