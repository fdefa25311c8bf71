import { refuse } from '@transom/shared';
import { describe, expect, it, vi } from 'vitest';
import type { CoreFunctions } from '../../contract/contract.ts';
import { createComposeStore, wroteAgain } from './compose.ts';
import { createTestCore } from './test-core.ts';

async function composing(functions: Partial<CoreFunctions> = {}) {
  const drafts = new Map<string, string>();
  const sent: { method: string; clientMessageId: string; text: string }[] = [];
  const core = createTestCore({
    'draft.get': async ({ conversationId }) => ({ text: drafts.get(conversationId) ?? '' }),
    'draft.put': async ({ conversationId, text }) => {
      drafts.set(conversationId, text);
      return { ok: true };
    },
    'reply.send': async ({ clientMessageId, text }) => {
      sent.push({ method: 'reply', clientMessageId, text });
      return { ok: true };
    },
    'note.add': async ({ clientMessageId, text }) => {
      sent.push({ method: 'note', clientMessageId, text });
      return { ok: true };
    },
    ...functions,
  });
  const store = createComposeStore(core.client);
  await store.getState().open('c', 'reply');
  store.getState().noteInbound('m1');
  return { core, store, drafts, sent, submit: () => store.getState().submit({ commentId: null }) };
}

describe('a draft', () => {
  it('is saved when another conversation is opened, and is there again', async () => {
    const { store, drafts } = await composing();
    store.getState().setText('half a sentence');
    await store.getState().open('d', 'reply');
    expect(drafts.get('c')).toBe('half a sentence');
    expect(store.getState().reply).toBe('');
    await store.getState().open('c', 'reply');
    expect(store.getState().reply).toBe('half a sentence');
  });

  it('is saved a moment after the last key', async () => {
    const { store, drafts } = await composing();
    store.getState().setText('typed');
    expect(store.getState().isSaved).toBe(false);
    await vi.waitFor(() => expect(drafts.get('c')).toBe('typed'));
    await vi.waitFor(() => expect(store.getState().isSaved).toBe(true));
  });

  it('that could not be saved is not lost by going elsewhere, and is saved when the channel is back', async () => {
    const { core, store, drafts } = await composing();
    store.getState().setText('typed while the core was gone');
    core.cut();
    await store.getState().open('d', 'reply');
    await store.getState().open('c', 'reply');
    expect(store.getState().reply).toBe('typed while the core was gone');
    core.connect();
    await store.getState().flush();
    expect(drafts.get('c')).toBe('typed while the core was gone');
  });

  it('of a reply and a note are two texts', async () => {
    const { store, sent, submit } = await composing();
    store.getState().setText('for the buyer');
    store.getState().setMode('note');
    store.getState().setText('for the team');
    await submit();
    expect(sent.map(({ method, text }) => [method, text])).toEqual([['note', 'for the team']]);
    expect([store.getState().note, store.getState().reply]).toEqual(['', 'for the buyer']);
  });
});

describe('sending', () => {
  it('empties the field and the draft only after the core has stored it', async () => {
    const { store, drafts, sent, submit } = await composing();
    store.getState().setText('hello');
    await store.getState().flush();
    const pressed = submit();
    expect(store.getState()).toMatchObject({ reply: 'hello', isSubmitting: true });
    expect(await pressed).toBe('sent');
    expect(store.getState()).toMatchObject({ reply: '', isSubmitting: false, refusal: null });
    expect([drafts.get('c'), sent.length]).toEqual(['', 1]);
  });

  it('pressed twice sends once', async () => {
    const { store, sent, submit } = await composing();
    store.getState().setText('hello');
    await Promise.all([submit(), submit()]);
    expect(sent).toHaveLength(1);
  });

  it('keeps the text and says why when it is refused', async () => {
    const { store, submit } = await composing({
      'reply.send': async () => ({ ok: false, refusal: refuse('window_closed') }),
    });
    store.getState().setText('too late');
    expect(await submit()).toBe('held_back');
    expect(store.getState()).toMatchObject({
      reply: 'too late',
      isSubmitting: false,
      refusal: refuse('window_closed').detail,
    });
  });

  it('uses the same id again when it is not known whether the core got it', async () => {
    const ids: string[] = [];
    const { core, store, submit } = await composing({
      'reply.send': async ({ clientMessageId }) => {
        ids.push(clientMessageId);
        if (ids.length === 1) core.cut();
        return { ok: true };
      },
    });
    store.getState().setText('hello');
    expect(await submit()).toBe('held_back');
    expect(store.getState().reply).toBe('hello');
    expect(store.getState().refusal).not.toBeNull();
    core.connect();
    expect(await submit()).toBe('sent');
    expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
    store.getState().setText('hello');
    await submit();
    expect(new Set(ids).size).toBe(2);
  });
});

describe('a message that arrives while somebody types', () => {
  it('holds the first press back, and the second one sends', async () => {
    const { store, sent, submit } = await composing();
    store.getState().setText('the price is');
    store.getState().noteInbound('m2');
    expect(wroteAgain(store.getState())).toBe(true);
    expect(await submit()).toBe('held_back');
    expect(sent).toHaveLength(0);
    expect(await submit()).toBe('sent');
  });

  it('does not disturb who has typed nothing, or writes a note', async () => {
    const { store, sent, submit } = await composing();
    store.getState().noteInbound('m2');
    store.getState().setText('now I answer');
    expect(wroteAgain(store.getState())).toBe(false);
    store.getState().setMode('note');
    store.getState().setText('note');
    store.getState().noteInbound('m3');
    expect(await submit()).toBe('sent');
    expect(sent[0]?.method).toBe('note');
  });
});
