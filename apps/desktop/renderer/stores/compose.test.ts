import { en, type Refusal, refuse } from '@transom/shared';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Draft } from '../../contract/views.ts';
import { createComposeStore } from './compose.ts';
import { interruptionOf, isSubmitting, typed } from './compose-state.ts';
import { answer, composing, m1, m2, modes, sams } from './test-composer.ts';

afterEach(() => void vi.useRealTimers());

describe('a draft', () => {
  it('is saved when another conversation is opened, and is there on return', async () => {
    const { store, draft, words } = await composing();
    store.getState().setText('half a sentence');
    await store.getState().open('d', modes);
    expect([draft('c'), words()]).toEqual(['half a sentence', '']);
    await store.getState().open('c', modes);
    expect(words()).toBe('half a sentence');
  });

  it('is saved a moment after the last key', async () => {
    const { store, draft } = await composing();
    store.getState().setText('typed');
    expect(store.getState().drafts.reply.isSaved).toBe(false);
    await vi.waitFor(() => expect(draft('c')).toBe('typed'));
    await vi.waitFor(() => expect(store.getState().drafts.reply.isSaved).toBe(true));
  });

  it('that could not be saved is not lost by going elsewhere, and is saved when the pipe is back', async () => {
    const { core, store, draft, words } = await composing();
    store.getState().setText('typed while the core was gone');
    core.cut();
    await store.getState().open('d', modes);
    await store.getState().open('c', modes);
    expect(words()).toBe('typed while the core was gone');
    core.connect();
    await store.getState().reload();
    expect(draft('c')).toBe('typed while the core was gone');
  });

  it('belongs to its tab: reply, private reply and note are three texts, all on disk', async () => {
    const { store, sent, submit, draft, words } = await composing();
    for (const mode of modes) {
      store.getState().setMode(mode);
      store.getState().setText(`as ${mode}`);
    }
    await store.getState().flush();
    expect(modes.map((mode) => draft('c', mode))).toEqual(['as reply', 'as private_reply', 'as note']);
    await submit();
    expect(sent.map(({ method, text }) => [method, text])).toEqual([['note', 'as note']]);
    expect(words()).toBe('');
    store.getState().setMode('reply');
    expect(words()).toBe('as reply');
    store.getState().setMode('private_reply');
    expect(words()).toBe('as private_reply');
  });

  it('keeps the tab that was chosen for its conversation', async () => {
    const { store } = await composing();
    store.getState().setMode('note');
    await store.getState().open('d', modes);
    expect(store.getState().mode).toBe('reply');
    await store.getState().open('c', modes);
    expect(store.getState().mode).toBe('note');
  });

  it('after a restart opens in the tab with text left in it', async () => {
    const { core, store } = await composing();
    store.getState().setMode('private_reply');
    store.getState().setText('half a');
    await store.getState().flush();
    const restarted = createComposeStore(core.client);
    await restarted.getState().open('c', modes);
    expect([restarted.getState().mode, typed(restarted.getState())]).toEqual(['private_reply', 'half a']);
  });

  it('that is loaded late does not replace what was typed meanwhile', async () => {
    const { core, store } = await composing();
    store.getState().setText('A long draft, begun yesterday');
    await store.getState().flush();
    const restarted = createComposeStore(core.client);
    const loaded = restarted.getState().open('c', modes);
    restarted.getState().setText('H');
    await loaded;
    expect(typed(restarted.getState())).toBe('A long draft, begun yesterday\nH');
  });

  it('that the core took, but whose answer was lost, is not put before what was typed since', async () => {
    vi.useFakeTimers();
    let stored: Draft = { text: '', rev: 0 };
    let isLost = true;
    const { store, words } = await composing({
      'draft.put': async ({ text, baseRev }) => {
        const isStored = baseRev === stored.rev;
        if (isStored) stored = { text, rev: baseRev + 1 };
        if (isLost) throw new Error('the answer is lost');
        return { isStored, current: stored };
      },
    });
    store.getState().setText('Good d');
    await vi.advanceTimersByTimeAsync(1_000);
    isLost = false;
    store.getState().setText('Good day');
    await vi.advanceTimersByTimeAsync(1_000);
    expect([words(), stored.text]).toEqual(['Good day', 'Good day']);
  });

  it('from another window is shown, and if both typed, both texts stay', async () => {
    const { store, typeElsewhere, words, draft } = await composing();
    typeElsewhere('from the other window');
    expect(words()).toBe('from the other window');
    store.getState().setText('from the other window, and mine');
    typeElsewhere('from the other window, and more');
    expect(words()).toBe('from the other window, and mine');
    await store.getState().flush();
    expect(words()).toBe('from the other window, and more\nfrom the other window, and mine');
    expect(draft('c')).toBe(words());
  });

  it('that another window sent is gone here as well', async () => {
    const { store, typeElsewhere, words } = await composing();
    store.getState().setText('hello');
    await store.getState().flush();
    typeElsewhere('');
    expect(words()).toBe('');
  });
});

describe('sending', () => {
  it('empties the field and the draft only after the core has stored it', async () => {
    const { store, draft, words, sent, submit } = await composing();
    store.getState().setText('hello');
    await store.getState().flush();
    const pressed = submit();
    expect([words(), isSubmitting(store.getState())]).toEqual(['hello', true]);
    expect(await pressed).toBe('sent');
    expect([isSubmitting(store.getState()), store.getState().refusal]).toEqual([false, null]);
    expect([words(), draft('c'), sent.length]).toEqual(['', '', 1]);
  });

  it('pressed twice sends once', async () => {
    const { store, sent, submit } = await composing();
    store.getState().setText('hello');
    await Promise.all([submit(), submit()]);
    expect(sent).toHaveLength(1);
  });

  it('keeps the text and says why when it is refused', async () => {
    const { store, submit, words } = await composing({
      'reply.send': async () => ({ ok: false, refusal: refuse('window_closed') }),
    });
    store.getState().setText('too late');
    expect(await submit()).toBe('refused');
    expect(words()).toBe('too late');
    expect(isSubmitting(store.getState())).toBe(false);
    expect(store.getState().refusal?.()).toBe(en.reasons.window_closed);
  });

  it('reports a refusal to somebody who has moved on meanwhile, and in its own conversation alone', async () => {
    let answerIt: (value: { ok: false; refusal: Refusal }) => void = () => undefined;
    const { store, submit } = await composing({
      'reply.send': () => new Promise((resolve) => void (answerIt = resolve)),
    });
    store.getState().setText('too late');
    const pressed = submit();
    await store.getState().open('d', modes);
    answerIt({ ok: false, refusal: refuse('window_closed') });
    expect(await pressed).toBe('refused');
    expect(store.getState().refusal).toBeNull();
    await store.getState().open('c', modes);
    expect(store.getState().refusal?.()).toBe(en.reasons.window_closed);
    store.getState().setText('another try');
    expect(store.getState().refusal).toBeNull();
  });

  it('no longer says that it was not sent once the core turns out to have it', async () => {
    const { core, store, submit, typeElsewhere } = await composing({
      'reply.send': async () => {
        core.cut();
        return { ok: true };
      },
    });
    store.getState().setText('hello');
    expect(await submit()).toBe('refused');
    expect(store.getState().refusal).not.toBeNull();
    core.connect();
    await store.getState().reload();
    typeElsewhere('');
    expect(store.getState().refusal).toBeNull();
  });

  it('reuses the id when it is not known whether the core got it', async () => {
    const ids: string[] = [];
    const { core, store, submit, words } = await composing({
      'reply.send': async ({ clientMessageId }) => {
        ids.push(clientMessageId);
        if (ids.length === 1) core.cut();
        return { ok: true };
      },
    });
    store.getState().setText('hello');
    expect(await submit()).toBe('refused');
    expect(words()).toBe('hello');
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
  it('stops the first press, and the second one sends', async () => {
    const { store, sent, submit } = await composing();
    store.getState().setText('the price is');
    store.getState().noteThread([m1, m2], 'mara');
    expect(interruptionOf(store.getState())?.kind).toBe('wrote_again');
    expect(await submit()).toBe('stopped');
    expect(sent).toHaveLength(0);
    expect(await submit()).toBe('sent');
    expect(sent[0]?.seenMessageId).toBe('m2');
  });

  it('does not disturb somebody who has typed nothing, or writes a note', async () => {
    const { store, sent, submit } = await composing();
    store.getState().noteThread([m1, m2], 'mara');
    store.getState().setText('now I answer');
    expect(interruptionOf(store.getState())).toBeNull();
    store.getState().setMode('note');
    store.getState().setText('note');
    store.getState().noteThread([m1, sams, m2], 'mara');
    expect(await submit()).toBe('sent');
    expect(sent[0]?.method).toBe('note');
  });
});

describe('an answer from somebody else while typing', () => {
  it('stops every press until the person confirms having seen it', async () => {
    const { store, sent, submit } = await composing();
    store.getState().setText('It is 5,100.');
    store.getState().noteThread([m1, sams], 'mara');
    expect(interruptionOf(store.getState())).toEqual({ kind: 'answered', answer });
    expect([await submit(), await submit(), sent.length]).toEqual(['stopped', 'stopped', 0]);
    expect(store.getState().isAsked).toBe(true);
    store.getState().keepUnsent();
    expect([store.getState().isAsked, await submit(), store.getState().isAsked]).toEqual([false, 'stopped', true]);
    store.getState().acknowledge();
    expect(await submit()).toBe('sent');
    expect(sent[0]?.seenMessageId).toBe('a1');
  });

  it('that only the relay knows of is shown like one that has arrived, and can knowingly be sent over', async () => {
    const seen: (string | undefined)[] = [];
    const ids = new Set<string>();
    const { store, submit, words } = await composing({
      'reply.send': async ({ seenMessageId, clientMessageId }) => {
        seen.push(seenMessageId);
        ids.add(clientMessageId);
        return seenMessageId === 'a1'
          ? { ok: true }
          : { ok: false, refusal: { ...refuse('answered_meanwhile'), answer } };
      },
    });
    store.getState().setText('It is 5,100.');
    expect(await submit()).toBe('stopped');
    expect(words()).toBe('It is 5,100.');
    expect(interruptionOf(store.getState())).toEqual({ kind: 'answered', answer });
    store.getState().acknowledge();
    expect(await submit()).toBe('sent');
    expect([seen, ids.size]).toEqual([['m1', 'a1'], 2]);
  });
});

describe('what was seen', () => {
  it('is not proved by a note: the answer that came meanwhile still stops the reply', async () => {
    const { store, sent, submit } = await composing();
    store.getState().setText('It is 5,100.');
    store.getState().setMode('note');
    store.getState().noteThread([m1, sams], 'mara');
    store.getState().setText('N');
    store.getState().setMode('reply');
    expect(interruptionOf(store.getState())?.kind).toBe('answered');
    expect(await submit()).toBe('stopped');
    expect(sent).toEqual([]);
  });

  it('is what was seen at the moment of pressing, even if the person moves on to another conversation', async () => {
    const { store, sent, submit } = await composing();
    store.getState().setText('hello');
    const pressed = submit();
    void store.getState().open('d', modes);
    await pressed;
    expect(sent[0]?.seenMessageId).toBe('m1');
  });

  it('counts only what arrived later: neither pages of older messages nor what fails brings up an old answer', async () => {
    const old = { ...sams, id: 'a0', sentAt: 0, receivedAt: 0 };
    const { store } = await composing();
    store.getState().setText('hello');
    store.getState().noteThread([old, m1], 'mara');
    expect(interruptionOf(store.getState())).toBeNull();
    store.getState().noteThread([old, m1, sams], 'mara');
    store.getState().acknowledge();
    store.getState().noteThread([old, m1, { ...sams, state: 'failed' }], 'mara');
    expect(interruptionOf(store.getState())).toBeNull();
  });

  it('keeps the answer that only the relay named until it arrives', async () => {
    const { store, submit } = await composing({
      'reply.send': async () => ({ ok: false, refusal: { ...refuse('answered_meanwhile'), answer } }),
    });
    store.getState().setText('It is 5,100.');
    await submit();
    store.getState().noteThread([m1], 'mara');
    expect(interruptionOf(store.getState())).toEqual({ kind: 'answered', answer });
  });
});

describe('nothing else is taken for what was sent', () => {
  it('what another window typed meanwhile stays when this window sends its own', async () => {
    const { store, submit, typeElsewhere, words, draft, sent } = await composing();
    store.getState().setText('short yes');
    typeElsewhere('a long text from the other window');
    await submit();
    expect(sent.map(({ text }) => text)).toEqual(['short yes']);
    expect(draft('c')).toContain('a long text from the other window');
    expect(words()).toBe(draft('c'));
  });

  it('is not typed over while it is in flight, even by somebody who went away and came back', async () => {
    let answerIt: (value: { ok: true }) => void = () => undefined;
    const { store, submit } = await composing({
      'reply.send': () => new Promise((resolve) => void (answerIt = resolve)),
    });
    store.getState().setText('hello');
    const pressed = submit();
    await store.getState().open('d', modes);
    await store.getState().open('c', modes);
    expect(isSubmitting(store.getState())).toBe(true);
    answerIt({ ok: true });
    await pressed;
    expect(isSubmitting(store.getState())).toBe(false);
  });

  it('the same words again, after the first ones were sent, are another message', async () => {
    const { core, store, submit, sent, typeElsewhere } = await composing();
    store.getState().setText('Thanks!');
    await submit();
    core.cut();
    store.getState().setText('Thanks!');
    await submit();
    core.connect();
    // The core had it: the draft is empty there.
    await store.getState().reload();
    typeElsewhere('');
    store.getState().setText('Thanks!');
    await submit();
    expect(new Set(sent.map(({ clientMessageId }) => clientMessageId)).size).toBe(sent.length);
  });
});

it('a draft that the core does not take keeps no other from being saved', async () => {
  const stored: string[] = [];
  const { store } = await composing({
    'draft.put': async ({ conversationId, text, baseRev }) => {
      if (text.length > 100) throw new Error('too long');
      stored.push(`${conversationId} ${text}`);
      return { isStored: true, current: { text, rev: baseRev + 1 } };
    },
  });
  store.getState().setText('x'.repeat(200));
  await store.getState().open('d', modes);
  store.getState().setText('short');
  await store.getState().flush();
  expect(stored).toContain('d short');
});

it('words that are given back go to their own conversation, wherever the person is by then', async () => {
  const { store, words, draft } = await composing();
  await store.getState().open('d', modes);
  await store.getState().giveBack('c', 'reply', 'was not sent');
  expect([words(), draft('c')]).toEqual(['', 'was not sent']);
});

it('one text is one message, even if another conversation was answered before it was sent again', async () => {
  const ids: string[] = [];
  const { core, store, submit } = await composing({
    'reply.send': async ({ conversationId, clientMessageId }) => {
      if (conversationId === 'c') ids.push(clientMessageId);
      if (ids.length === 1 && conversationId === 'c') core.cut();
      return { ok: true };
    },
  });
  store.getState().setText('hello');
  expect(await submit()).toBe('refused');
  core.connect();
  await store.getState().open('d', modes);
  store.getState().setText('to somebody else');
  expect(await submit()).toBe('sent');
  await store.getState().open('c', modes);
  expect(await submit()).toBe('sent');
  expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
});
