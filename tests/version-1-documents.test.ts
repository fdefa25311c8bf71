import {
  accountSchema,
  agencySchema,
  conversationSchema,
  messageKindSchema,
  messageSchema,
  messageStateSchema,
} from '@transom/shared';
import { expect, test } from 'vitest';
import { readRecording } from '../build/record/read.ts';
import { pageV1 } from '../packages/shared/src/recorded/v1/schemas.ts';

/** What version 1 wrote is read by the present schemas, and nothing of it gets lost on the way. */
const recording = readRecording(1);
const schemas = {
  account: accountSchema,
  agency: agencySchema,
  conversation: conversationSchema,
  message: messageSchema,
} as const;

test.each(['account', 'agency', 'conversation', 'message'] as const)(
  'every recorded %s is read, with all its fields',
  (entity) => {
    for (const document of recording.documents(entity)) expect(schemas[entity].parse(document)).toMatchObject(document);
  },
);

test('the recording holds every variety that version 1 knew', () => {
  const messages = recording.documents('message').map((document) => messageSchema.parse(document));
  const conversations = recording.documents('conversation').map((document) => conversationSchema.parse(document));
  const kinds: readonly string[] = messageKindSchema.options;
  expect(new Set(messages.map(({ kind }) => kind))).toEqual(new Set(kinds.slice(0, 9)));
  expect(new Set(messages.map(({ state }) => state))).toEqual(new Set(messageStateSchema.options.slice(0, 8)));
  expect(new Set(messages.map(({ failure }) => failure?.code ?? null)).size).toBeGreaterThan(8);
  for (const has of [
    messages.some(({ editedAt }) => editedAt !== null),
    messages.some(({ unsentAt }) => unsentAt !== null),
    messages.some(({ reaction }) => reaction !== null),
    messages.some(({ replyTo }) => replyTo !== null),
    messages.some(({ origin }) => origin === 'elsewhere'),
    messages.some(({ attachments }) => attachments.length === 3),
    messages.some(({ comment }) => comment?.parentId),
    conversations.some(({ contact }) => contact.name === null && contact.username === null),
    conversations.some(({ source }) => source.adTitle !== null),
    conversations.some(({ handoff }) => handoff?.state === 'claimed'),
    conversations.some(({ unreachable }) => unreachable),
    conversations.some(({ window }) => window.openedAt === null && window.comment === null),
    conversations.some(({ window }) => (window.comment?.privateReplyUsedAt ?? null) !== null),
  ])
    expect(has).toBe(true);
});

test('the frozen schemas read what version 1 sent', () => {
  for (const connection of ['dana 1', 'dana 2', 'arne 1', 'arne 2', 'vera 1'])
    for (const page of recording.pagesOf(connection)) expect(pageV1.parse(page)).toEqual(page);
});
