import { expect, it, vi } from 'vitest';
import { keepDrafts } from './kept-drafts.ts';
import { createTestCore } from './test-core.ts';

/** A core whose answers to `draft.put` wait until the test releases them. */
async function draftsOf() {
  const noDraft = { text: '', rev: 0 };
  const puts: { readonly text: string; answer(): void }[] = [];
  const { client } = createTestCore({
    'draft.get': async () => ({ drafts: { reply: noDraft, private_reply: noDraft, note: noDraft } }),
    'draft.put': ({ text, baseRev }) =>
      new Promise((resolve) => {
        const answer = () => resolve({ isStored: true, current: { text, rev: baseRev + 1 } });
        puts.push({ text, answer });
      }),
  });
  const drafts = keepDrafts(client, () => undefined);
  await drafts.open('c');
  const stored = async (count: number) => {
    await vi.waitFor(() => expect(puts).toHaveLength(count));
    return puts.at(-1)!;
  };
  return { drafts, stored, puts, words: () => drafts.shown('c').reply.text };
}

it('the echo of what is being stored does not bring a deleted letter back', async () => {
  const { drafts, stored, puts, words } = await draftsOf();
  drafts.type('c', 'reply', 'a');
  const saved = drafts.save();
  const first = await stored(1);
  drafts.type('c', 'reply', '');
  drafts.told({ conversationId: 'c', tab: 'reply', draft: { text: 'a', rev: 1 } });
  expect(words()).toBe('');
  first.answer();
  (await stored(2)).answer();
  await saved;
  expect([words(), puts.map(({ text }) => text)]).toEqual(['', ['a', '']]);
});

it('what another window typed right after it is adopted', async () => {
  const { drafts, stored, words } = await draftsOf();
  drafts.type('c', 'reply', 'mine');
  const saved = drafts.save();
  const first = await stored(1);
  drafts.told({ conversationId: 'c', tab: 'reply', draft: { text: 'mine', rev: 1 } });
  drafts.told({ conversationId: 'c', tab: 'reply', draft: { text: 'mine, and theirs', rev: 2 } });
  first.answer();
  await saved;
  expect(words()).toBe('mine, and theirs');
});

it('what is typed after words that turn out to have been sent does not send them again', async () => {
  let core = { text: '', rev: 0 };
  const { client } = createTestCore({
    'draft.get': async () => ({ drafts: { reply: core, private_reply: core, note: core } }),
    'draft.put': async ({ text, baseRev }) => {
      if (baseRev !== core.rev) return { isStored: false, current: core };
      core = { text, rev: baseRev + 1 };
      return { isStored: true, current: core };
    },
  });
  const drafts = keepDrafts(client, () => undefined);
  await drafts.open('c');
  drafts.type('c', 'reply', 'It is 4,900.');
  await drafts.save();
  // Send was pressed and never answered; the core took it and emptied the draft.
  drafts.perhapsSent('c', 'reply', 'It is 4,900.');
  core = { text: '', rev: 2 };
  drafts.type('c', 'reply', 'It is 4,900. Delivery is free.');
  await drafts.open('c');
  expect(drafts.shown('c').reply.text).toBe('Delivery is free.');
});

it('words that the core could neither store nor send stay, although its draft is empty', async () => {
  const { client } = createTestCore({
    'draft.get': async () => {
      const empty = { text: '', rev: 0 };
      return { drafts: { reply: empty, private_reply: empty, note: empty } };
    },
    'draft.put': () => Promise.reject(new Error('disk full')),
  });
  const drafts = keepDrafts(client, () => undefined);
  await drafts.open('c');
  drafts.type('c', 'reply', 'It is 4,900.');
  await drafts.save();
  drafts.perhapsSent('c', 'reply', 'It is 4,900.');
  await drafts.open('d');
  await drafts.open('c');
  expect(drafts.shown('c').reply).toEqual({ text: 'It is 4,900.', isSaved: false });
});
