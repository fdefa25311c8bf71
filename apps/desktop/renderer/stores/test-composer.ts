import type { CoreFunctions } from '../../contract/contract.ts';
import type { Draft, DraftTab } from '../../contract/views.ts';
import { testMessage } from '../display/test-rows.ts';
import { createComposeStore } from './compose.ts';
import { typed } from './compose-state.ts';
import { createTestCore } from './test-core.ts';

export const m1 = testMessage('m1', 1);
export const m2 = testMessage('m2', 9);
export const sams = testMessage('a1', 5, {
  direction: 'outbound',
  origin: 'desk',
  state: 'sent',
  author: { id: 'sam', name: 'Sam' },
  text: 'It is 4,900.',
});
export const answer = { messageId: 'a1', by: 'Sam', text: 'It is 4,900.', sentAt: 5 };
export const modes = ['reply', 'private_reply', 'note'] as const;

/** A field in which somebody writes to the buyer of `m1`, with a core that keeps drafts and takes what is sent. */
export async function composing(functions: Partial<CoreFunctions> = {}) {
  const stored = new Map<string, Draft>();
  const at = (conversationId: string, tab: DraftTab) => stored.get(`${conversationId} ${tab}`) ?? { text: '', rev: 0 };
  const sent: { method: string; clientMessageId: string; text: string; seenMessageId?: string | undefined }[] = [];
  const take = (method: string) => async (input: Omit<(typeof sent)[number], 'method'>) => {
    sent.push({ ...input, method });
    return { ok: true } as const;
  };
  const core = createTestCore({
    'draft.get': async ({ conversationId }) => ({
      drafts: {
        reply: at(conversationId, 'reply'),
        private_reply: at(conversationId, 'private_reply'),
        note: at(conversationId, 'note'),
      },
    }),
    'draft.put': async ({ conversationId, tab, text, baseRev }) => {
      const current = at(conversationId, tab);
      if (current.rev !== baseRev) return { isStored: false, current };
      stored.set(`${conversationId} ${tab}`, { text, rev: baseRev + 1 });
      return { isStored: true, current: at(conversationId, tab) };
    },
    'reply.send': take('reply'),
    'comment.private_reply': take('private_reply'),
    'note.add': take('note'),
    ...functions,
  });
  const store = createComposeStore(core.client);
  await store.getState().open('c', modes);
  store.getState().noteThread([m1], 'mara');
  return {
    core,
    store,
    sent,
    words: () => typed(store.getState()),
    draft: (conversationId: string, tab: DraftTab = 'reply') => at(conversationId, tab).text,
    /** As another window of this desk would. */
    typeElsewhere: (text: string, conversationId = 'c', tab: DraftTab = 'reply') => {
      const draft = { text, rev: at(conversationId, tab).rev + 1 };
      stored.set(`${conversationId} ${tab}`, draft);
      store.getState().told({ conversationId, tab, draft });
    },
    submit: async () => (await store.getState().submit({ commentId: 'm1' })).kind,
  };
}
