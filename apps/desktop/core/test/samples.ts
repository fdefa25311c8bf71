import { type Account, type Conversation, type Message, noWindow } from '@transom/shared';

/** Documents as a relay would send them; each test names only what matters to it. */
export const baseAt = 1_790_000_000_000;

export function sampleConversation(id: string, about: Partial<Conversation> = {}): Conversation {
  return {
    id,
    rev: 1,
    accountId: 'account-1',
    channel: 'instagram',
    contact: { id: `contact-${id}`, name: `Dana ${id}`, username: null, profileUrl: null },
    source: { kind: 'dm', postId: null, commentId: null, adTitle: null },
    state: 'needs_answer',
    window: { ...noWindow, openedAt: baseAt, openedBy: 'm' },
    lead: null,
    handoff: null,
    lastMessage: {
      id: `last-${id}`,
      direction: 'inbound',
      kind: 'text',
      preview: 'How much is it?',
      state: 'received',
    },
    lastMessageAt: baseAt,
    unansweredSinceAt: baseAt,
    firstAnsweredAt: null,
    unreachable: false,
    erasedAt: null,
    ...about,
  };
}

export function sampleMessage(id: string, conversationId: string, about: Partial<Message> = {}): Message {
  return {
    id,
    rev: 1,
    conversationId,
    direction: 'inbound',
    kind: 'text',
    text: 'How much is the barrel sauna?',
    nativeMessageId: null,
    clientMessageId: null,
    sentAt: baseAt,
    receivedAt: baseAt,
    state: 'received',
    origin: 'contact',
    author: null,
    attachments: [],
    replyTo: null,
    comment: null,
    failure: null,
    editedAt: null,
    unsentAt: null,
    reaction: null,
    hiddenAt: null,
    ...about,
  };
}

export function sampleAccount(id: string, about: Partial<Account> = {}): Account {
  return {
    id,
    rev: 1,
    channel: 'instagram',
    name: 'Nordic Saunas',
    username: 'nordic',
    state: 'connected',
    humanAgentApproved: false,
    trouble: null,
    ...about,
  };
}
