import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { actedOn, createViewStore } from './view.ts';

const memoryOf = (entries: Record<string, string> = {}) => {
  const held = new Map(Object.entries(entries));
  return {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => void held.set(key, value),
  };
};

describe('what commands act on', () => {
  it('is the thread that is open, and the ring is on its row', () => {
    const view = createViewStore(memoryOf());
    view.getState().setCursor('a');
    expect(actedOn(view.getState())).toBe('a');
    view.getState().setOpen('b');
    view.getState().setCursor('c');
    expect([actedOn(view.getState()), view.getState().cursorId]).toEqual(['b', 'b']);
    view.getState().setOpen(null);
    expect(actedOn(view.getState())).toBe('b');
  });

  it('is restored after a restart', () => {
    const memory = memoryOf();
    const before = createViewStore(memory).getState();
    before.setOpen('a');
    before.goTo('handoffs');
    expect(createViewStore(memory).getState()).toMatchObject({ openId: 'a', cursorId: 'a', place: 'handoffs' });
    before.setOpen(null);
    expect(createViewStore(memory).getState()).toMatchObject({ openId: null, cursorId: null });
  });
});

describe('a notice', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const told = (view: ReturnType<typeof createViewStore>) => view.getState().notice?.words() ?? null;

  it('ends on its own, one with Undo sooner', () => {
    const view = createViewStore(memoryOf());
    view.getState().say({ words: () => 'No.' });
    vi.advanceTimersByTime(7_999);
    expect(told(view)).toBe('No.');
    vi.advanceTimersByTime(1);
    expect(told(view)).toBeNull();
    view.getState().say({ words: () => 'Done.', action: { label: () => 'Undo', run: () => undefined } });
    vi.advanceTimersByTime(5_000);
    expect(told(view)).toBeNull();
  });

  it('is not cut short by the end of the one before it', () => {
    const view = createViewStore(memoryOf());
    view.getState().say({ words: () => 'First.' });
    vi.advanceTimersByTime(6_000);
    view.getState().say({ words: () => 'Second.' });
    vi.advanceTimersByTime(6_000);
    expect(told(view)).toBe('Second.');
  });

  it('of a conversation disappears when another one is opened, unless it can undo what was done to the one just left', () => {
    const view = createViewStore(memoryOf());
    view.getState().setOpen('a');
    view.getState().say({ words: () => 'No.', conversationId: 'a' });
    view.getState().setOpen('a');
    expect(told(view)).toBe('No.');
    view.getState().setOpen('b');
    expect(told(view)).toBeNull();
    view
      .getState()
      .say({ words: () => 'Done.', conversationId: 'b', action: { label: () => 'Undo', run: () => undefined } });
    view.getState().setOpen('c');
    expect(told(view)).toBe('Done.');
    view.getState().say({ words: () => 'Of the window.' });
    view.getState().setOpen('d');
    expect(told(view)).toBe('Of the window.');
  });

  it('stays while it is held', () => {
    const view = createViewStore(memoryOf());
    view.getState().say({ words: () => 'Done.', action: { label: () => 'Undo', run: () => undefined } });
    vi.advanceTimersByTime(4_000);
    view.getState().holdNotice(true);
    vi.advanceTimersByTime(60_000);
    expect(told(view)).toBe('Done.');
    view.getState().holdNotice(false);
    vi.advanceTimersByTime(5_000);
    expect(told(view)).toBeNull();
  });

  it('is gone once its Undo was used', () => {
    const view = createViewStore(memoryOf());
    const undo = vi.fn();
    view.getState().say({ words: () => 'Done.', action: { label: () => 'Undo', run: undo } });
    view.getState().notice?.action?.run();
    expect([undo.mock.calls.length, told(view)]).toEqual([1, null]);
  });
});
