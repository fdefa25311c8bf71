import { expect, it, vi } from 'vitest';
import { createSearchStore } from './search.ts';
import { createTestCore } from './test-core.ts';

it('shows only the answer to the newest query, and asks once for fast typing', async () => {
  const asked: string[] = [];
  const release = new Map<string, () => void>();
  const core = createTestCore({
    'draft.get': async () => ({
      drafts: { reply: { text: '', rev: 0 }, private_reply: { text: '', rev: 0 }, note: { text: '', rev: 0 } },
    }),
    'search.find': async ({ text }) => {
      asked.push(text);
      await new Promise<void>((resolve) => release.set(text, resolve));
      return {
        hits: [{ conversationId: text, messageId: null, contact: null, excerpt: text, marks: [], sentAt: 1 }],
      };
    },
  });
  const search = createSearchStore(core.client);
  search.getState().ask('s');
  search.getState().ask('sa');
  await vi.waitFor(() => expect(asked).toEqual(['sa']));
  search.getState().ask('sauna');
  await vi.waitFor(() => expect(asked).toEqual(['sa', 'sauna']));
  release.get('sauna')?.();
  await vi.waitFor(() => expect(search.getState().answered).toBe('sauna'));
  release.get('sa')?.();
  // A later call is answered after the stale one: the pipe keeps its order.
  await core.client.call('draft.get', { conversationId: 'c' });
  expect(search.getState().hits.map(({ excerpt }) => excerpt)).toEqual(['sauna']);
});

it('with nothing typed finds nothing, and says when it could not search', async () => {
  const search = createSearchStore(createTestCore({}).client);
  search.getState().ask('sauna');
  await vi.waitFor(() => expect(search.getState().isFailed).toBe(true));
  search.getState().ask(' ');
  expect(search.getState()).toMatchObject({ hits: [], answered: null, isFailed: false });
});
