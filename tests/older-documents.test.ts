import {
  accountSchema,
  agencySchema,
  conversationSchema,
  hasUnknownWord,
  messageKindSchema,
  messageSchema,
  messageStateSchema,
} from '@transom/shared';
import { expect, test } from 'vitest';
import { type Recording, readRecording } from '../build/record/read.ts';
import { pageV1 } from '../packages/shared/src/recorded/v1/schemas.ts';
import { heldAfter } from './older/desk-contents.ts';
import { type FrozenVersion, frozen, frozenVersions } from './older/frozen.ts';
import { FrozenCache } from './older/frozen-cache.ts';

/** The current schemas read what older versions wrote, and lose nothing of it. */
const recordings = frozenVersions.map(readRecording);
const [recording] = recordings as [Recording];
const schemas = {
  account: accountSchema,
  agency: agencySchema,
  conversation: conversationSchema,
  message: messageSchema,
} as const;

test.each(['account', 'agency', 'conversation', 'message'] as const)(
  'every recorded %s is read, with all its fields and words',
  (entity) => {
    for (const { documents } of recordings)
      for (const document of documents(entity)) {
        const read = schemas[entity].parse(document);
        expect(read).toMatchObject(document);
        expect(hasUnknownWord(read)).toBe(false);
      }
  },
);

test.each(recordings)('the recording of version $version holds every variety that version 1 knew', (recording) => {
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

test.each(recordings)('the frozen schemas of version $version read what it sent', (recording) => {
  const { page: schema } = frozen[recording.version as FrozenVersion];
  for (const connection of ['dana 1', 'dana 2', 'arne 1', 'arne 2', 'vera 1'])
    for (const page of recording.pagesOf(connection)) expect(schema.parse(page)).toEqual(page);
});

test('the recording of version 2 holds what that version added', () => {
  const second = readRecording(2);
  const messages = second.documents('message').map((document) => messageSchema.parse(document));
  const conversations = second.documents('conversation').map((document) => conversationSchema.parse(document));
  const asked = second
    .asked('dana 1')
    .flatMap(({ args }) => (args[0] as { command?: { kind?: string } } | undefined)?.command?.kind ?? []);
  expect(asked).toEqual(expect.arrayContaining(['reply.withdraw', 'handoff.reopen', 'account.human_agent']));
  expect(messages.some(({ waitsUntil }) => typeof waitsUntil === 'number')).toBe(true);
  expect(conversations.some(({ lastReaction }) => (lastReaction ?? null) !== null)).toBe(true);
  expect(conversations.some(({ erasedAt }) => erasedAt !== null)).toBe(true);
  expect(conversations.some(({ window }) => window.comment?.isReplyOnItsWay === true)).toBe(true);
});

test('a conversation that was merged into another one is gone for a desk of version 1', () => {
  const then = heldAfter(recording, ['dana 1']).documents('conversation');
  const [gone, kept] = then.map(({ id }) => String(id));
  const cache = new FrozenCache({ epoch: 'e', seq: 0 });
  const about = { kind: 'changes', epoch: 'e', first: false, caughtUp: true, serverNow: 0 };
  const changes = then.map((document, n) => ({ seq: n + 1, entity: 'conversation', id: document['id'], document }));
  cache.apply(pageV1.parse({ ...about, fromSeq: 0, toSeq: then.length, changes }));
  const merged = { seq: then.length + 1, entity: 'conversation', id: gone, document: null, mergedInto: kept };
  cache.apply(pageV1.parse({ ...about, fromSeq: then.length, toSeq: then.length + 1, changes: [merged] }));
  expect(cache.documents('conversation')).toEqual(then.slice(1));
});
