import { expect, test } from 'vitest';
import { readThread } from '../../sync/read-thread.ts';
import { baseAt, sampleConversation, sampleMessage } from '../../test/samples.ts';
import { tempStore } from '../../test/temp-folder.ts';

test('a message between others of the same millisecond is not skipped', async () => {
  const store = tempStore();
  store.conversations.put(sampleConversation('c1'), baseAt);
  const all = ['a', 'b', 'c'].map((id) => sampleMessage(id, 'c1', { sentAt: baseAt, text: id }));
  // The snapshot ended with the last of them; later the first one was edited.
  store.messages.extendThread('c1', store.messages.put(all[2]!)!, all[2]!);
  store.messages.startThread('c1', store.messages.put({ ...all[0]!, rev: 2 })!, all[0]!);
  const page = await readThread(
    store,
    async ({ before, limit }) => {
      const older = all.filter(({ sentAt, id }) => before === null || sentAt < before.sentAt || id < before.id);
      return { ok: true, messages: older.toReversed().slice(0, limit), hasMore: older.length > limit };
    },
    { conversationId: 'c1', before: null, limit: 50 },
  );
  expect(page.messages.map(({ id }) => id).toSorted()).toEqual(['a', 'b', 'c']);
  expect(store.messages.completeFrom('c1')).toBe(0);
});

test('thousands of messages in one millisecond each have a place of their own, in order of arrival, without a search for each', () => {
  const store = tempStore();
  const count = 3_000;
  store.inOneCommit(() => {
    store.messages.put(sampleMessage('later', 'c1', { sentAt: baseAt + 1 }));
    for (let number = 0; number < count; number += 1)
      store.messages.put(sampleMessage(`m${number}`, 'c1', { sentAt: baseAt }));
  });
  const ids = store.messages.page('c1', Number.MAX_SAFE_INTEGER, 0, count + 1).map(({ id }) => id);
  expect(new Set(ids).size).toBe(count + 1);
  const ofTheMoment = ids.toReversed().filter((id) => id !== 'later');
  expect(ofTheMoment).toEqual(Array.from({ length: count }, (_, number) => `m${number}`));
});
