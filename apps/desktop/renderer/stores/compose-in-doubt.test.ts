import { expect, it } from 'vitest';
import { composing, m1, sams } from './test-composer.ts';

it('words that were sent before the answer was lost are not sent again with what was typed after them', async () => {
  let isLost = true;
  let isTaken = false;
  const heard: string[] = [];
  const { store, words } = await composing({
    'draft.get': async () => {
      const draft = isTaken ? { text: '', rev: 2 } : { text: '', rev: 0 };
      return { drafts: { reply: draft, private_reply: draft, note: draft } };
    },
    'draft.put': async ({ text, baseRev }) =>
      isTaken && baseRev < 2
        ? { isStored: false, current: { text: '', rev: 2 } }
        : { isStored: true, current: { text, rev: baseRev + 1 } },
    'reply.send': async ({ text }) => {
      heard.push(text);
      if (!isLost) return { ok: true };
      isTaken = true;
      throw new Error('lost');
    },
  });
  store.getState().setText('It is 4,900.');
  expect((await store.getState().submit({ commentId: null })).kind).toBe('refused');
  isLost = false;
  store.getState().setText('It is 4,900. Delivery is free.');
  const again = await store.getState().submit({ commentId: null });
  expect([again.kind, words(), heard]).toEqual(['refused', 'Delivery is free.', ['It is 4,900.']]);
  expect((await store.getState().submit({ commentId: null })).kind).toBe('sent');
  expect(heard).toEqual(['It is 4,900.', 'Delivery is free.']);
});

it('a question about what was typed before is not asked about what is typed next', async () => {
  const { store, submit } = await composing();
  store.getState().setText('Hello');
  store.getState().noteThread([m1, sams], 'mara');
  expect([await submit(), store.getState().isAsked]).toEqual(['stopped', true]);
  store.getState().setText('');
  store.getState().setText('Something else');
  expect(store.getState().isAsked).toBe(false);
});
