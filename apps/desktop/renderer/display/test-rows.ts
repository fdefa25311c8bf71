import type { Account, Message, Person } from '@transom/shared';
import { noWindow } from '@transom/shared';
import type { Row } from '../../contract/views.ts';

/** Documents for tests, with the fields that a test does not care about filled in. */
export const testNow = Date.UTC(2026, 10, 20, 15, 0);

export const testAccount: Account = {
  id: 'account',
  rev: 1,
  channel: 'instagram',
  name: 'Nordic',
  username: 'nordic',
  state: 'connected',
  humanAgentApproved: false,
  trouble: null,
};
export const testPerson: Person = { id: 'mara', name: 'Mara', role: 'agent' };

export function testRow(id: string, change: Partial<Row> = {}): Row {
  return {
    id,
    rev: 1,
    accountId: 'account',
    channel: 'instagram',
    contact: { id: `contact-${id}`, name: `Buyer ${id}`, username: null, profileUrl: null },
    source: { kind: 'dm', postId: null, commentId: null, adTitle: null },
    state: 'needs_answer',
    window: { ...noWindow, openedAt: testNow - 3_600_000, openedBy: 'm' },
    lead: null,
    handoff: null,
    lastMessage: null,
    lastMessageAt: testNow - 3_600_000,
    unansweredSinceAt: testNow - 3_600_000,
    firstAnsweredAt: 1,
    unreachable: false,
    erasedAt: null,
    unread: false,
    ...change,
  };
}

export function testMessage(id: string, sentAt: number, change: Partial<Message> = {}): Message {
  return {
    id,
    rev: 1,
    conversationId: 'c',
    direction: 'inbound',
    kind: 'text',
    text: id,
    nativeMessageId: null,
    clientMessageId: null,
    sentAt,
    receivedAt: sentAt,
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
    ...change,
  };
}
