import fc from 'fast-check';
import { expect, test } from 'vitest';
import type * as z from 'zod';
import { changeSchema } from '../protocol/feed.ts';
import { lowerCommandAnswer, lowerRefusal } from '../protocol/lower-answers.ts';
import { accountV1, agencyV1, commandAnswerV1, conversationV1, helloV1, messageV1 } from '../recorded/v1/schemas.ts';
import { accountV2, agencyV2, commandAnswerV2, conversationV2, messageV2, personV2 } from '../recorded/v2/schemas.ts';
import { refusalCodeSchema, refuse } from '../refusals.ts';
import { en } from '../text/en.ts';
import { because } from '../text/reason.ts';
import { accountSchema } from './account.ts';
import { agencySchema, personSchema } from './agency.ts';
import { conversationSchema } from './conversation.ts';
import { lowerPerson, lowerTo } from './lower.ts';
import { messageSchema } from './message.ts';
import { anyOf } from './testing/any-document.ts';

const documents = {
  account: [accountSchema, accountV2, accountV1],
  agency: [agencySchema, agencyV2, agencyV1],
  conversation: [conversationSchema, conversationV2, conversationV1],
  message: [messageSchema, messageV2, messageV1],
} as const;
const entities = Object.keys(documents) as (keyof typeof documents)[];

/** A frozen schema drops nothing from a document: nothing was sent that it does not know. */
function isJust(schema: z.ZodType, document: unknown): void {
  expect(schema.parse(document)).toEqual(document);
}

test.each(entities)('whatever is in %s, an older desk gets what its schemas know, and nothing else', (entity) => {
  const [present, second, first] = documents[entity];
  fc.assert(
    fc.property(anyOf(present), (written) => {
      const change = changeSchema.parse({ seq: 7, entity, id: 'x', document: written });
      const lowered = (version: number) => (lowerTo(version, change) as { document: object }).document;
      expect(lowerTo(3, change)).toBe(change);
      isJust(second, lowered(2));
      isJust(first, lowered(1));
      expect(lowered(1)).toMatchObject({ id: (written as { id: string }).id });
    }),
    { numRuns: 300 },
  );
});

test('a person, too', () => {
  fc.assert(
    fc.property(anyOf(personSchema), (written) => {
      for (const version of [1, 2]) {
        isJust(personV2, lowerPerson(version, personSchema.parse(written)));
        isJust(helloV1.shape.person, lowerPerson(version, personSchema.parse(written)));
      }
    }),
  );
});

test.each(entities)('what is gone is gone in every version: %s', (entity) => {
  const change = changeSchema.parse({ seq: 1, entity, id: 'x', document: null });
  for (const version of [1, 2]) expect(lowerTo(version, change)).toEqual({ seq: 1, entity, id: 'x', document: null });
});

test('where the messages of a merged conversation went is sent from version 2 on', () => {
  const change = changeSchema.parse({ seq: 1, entity: 'conversation', id: 'x', document: null, mergedInto: 'y' });
  expect(lowerTo(2, change)).toHaveProperty('mergedInto', 'y');
  expect(lowerTo(1, change)).not.toHaveProperty('mergedInto');
});

test.each(refusalCodeSchema.options)('%s is a refusal that older desks read, in its own sentence', (code) => {
  const answer = { ok: false, refusal: refuse(code) } as const;
  isJust(commandAnswerV2, lowerCommandAnswer(2, answer));
  isJust(commandAnswerV1, lowerCommandAnswer(1, answer));
  expect(lowerRefusal(1, answer.refusal).detail).toBe(en.reasons[code]);
});

test('why something failed or is in trouble is a code from version 3 on, and a sentence before', () => {
  const sinceAt = 7;
  const at = (version: number, change: object) =>
    (lowerTo(version, changeSchema.parse({ seq: 1, id: 'x', ...change })) as { document: object }).document;
  const message = {
    ...{
      id: 'x',
      rev: 1,
      conversationId: 'c',
      direction: 'outbound',
      kind: 'text',
      text: 'Yes',
      nativeMessageId: null,
    },
    ...{
      clientMessageId: null,
      sentAt: 1,
      receivedAt: 1,
      state: 'failed',
      origin: 'desk',
      author: null,
      attachments: [],
    },
    ...{ replyTo: null, comment: null, editedAt: null, unsentAt: null, reaction: null },
  };
  const account = {
    ...{ id: 'x', rev: 1, channel: 'facebook', name: 'Nordic Saunas', username: null, state: 'connected' },
    humanAgentApproved: false,
  };
  for (const [why, words] of [
    [because('not_arrived.by', { name: 'Kim' }), 'Kim checked: it did not arrive. It can be sent again.'],
    [{ code: 'of_tomorrow', reason: 'of_tomorrow.noon' }, en.unknownReason],
    [{ code: 'throttled', detail: 'In the words of an older relay.' }, 'In the words of an older relay.'],
  ] as const) {
    const failed = { entity: 'message', document: { ...message, failure: why } };
    const troubled = { entity: 'account', document: { ...account, trouble: { ...why, sinceAt } } };
    expect(at(3, failed)).toHaveProperty('failure', why);
    for (const version of [1, 2])
      expect(at(version, failed)).toHaveProperty('failure', { code: why.code, detail: words });
    expect(at(3, troubled)).toHaveProperty('trouble', { ...why, sinceAt });
    expect(at(2, troubled)).toHaveProperty('trouble', { code: why.code, detail: words, sinceAt });
  }
});
