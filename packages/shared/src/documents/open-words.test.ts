import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accountSchema } from './account.ts';
import { agencySchema, personSchema } from './agency.ts';
import { conversationSchema } from './conversation.ts';
import { messageSchema, readMessage } from './message.ts';
import { hasUnknownWord } from './open-words.ts';
import { anyOf } from './testing/any-document.ts';

const message = {
  ...{ id: 'm', rev: 4, conversationId: 'c', direction: 'inbound', kind: 'text', text: 'Hi', nativeMessageId: null },
  ...{ clientMessageId: null, sentAt: 1, receivedAt: 2, state: 'received', origin: 'contact', author: null },
  ...{ attachments: [], replyTo: null, comment: null, failure: null, editedAt: null, unsentAt: null, reaction: null },
};

test.each(['direction', 'kind', 'state', 'origin'])(
  'an unfamiliar word of %s is read as unknown, and nothing else is',
  (field) => {
    const read = messageSchema.parse({ ...message, [field]: 'telepathy' });
    expect(read).toMatchObject({ ...message, [field]: 'unknown' });
    expect(hasUnknownWord(read)).toBe(true);
    expect(hasUnknownWord(messageSchema.parse(message))).toBe(false);
    for (const wrong of [null, 7, {}, undefined])
      expect(messageSchema.safeParse({ ...message, [field]: wrong }).success).toBe(false);
  },
);

test('a document that was read once is read the same again', () => {
  for (const schema of [accountSchema, agencySchema, conversationSchema, messageSchema, personSchema])
    fc.assert(
      fc.property(anyOf(schema), (written) => {
        const read = schema.parse(written);
        expect(schema.parse(JSON.parse(JSON.stringify(read)))).toEqual(read);
      }),
    );
});

test('a message of another shape keeps its place, if it has one', () => {
  const placed = { conversationId: 'c', sentAt: 5, text: { rich: true } };
  expect(readMessage('m', 9, placed)).toMatchObject({
    ...{ id: 'm', rev: 9, conversationId: 'c', sentAt: 5, kind: 'unknown', text: null },
  });
  expect(readMessage('m', 9, { ...placed, rev: 3 })).toMatchObject({ rev: 3 });
  // Filled in like this, it is a message like any other.
  expect(messageSchema.safeParse(readMessage('m', 9, placed)).success).toBe(true);
  for (const odd of [
    null,
    'word',
    [],
    {},
    { conversationId: 'c' },
    { conversationId: 'c', sentAt: '5' },
    { sentAt: 5 },
  ])
    expect(readMessage('m', 9, odd)).toBeNull();
});
