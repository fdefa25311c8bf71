import { noWindow } from '@transom/shared';
import { expect, it, vi } from 'vitest';
import type { Row } from '../../contract/views.ts';
import { testAccount, testNow, testRow } from '../display/test-rows.ts';
import { createHandoffsStore } from '../stores/handoffs.ts';
import { createHandoffsListStore } from '../stores/handoffs-list.ts';
import { createInboxListStore } from '../stores/inbox-list.ts';
import { createTestCore } from '../stores/test-core.ts';
import { createThreadStore } from '../stores/thread.ts';
import { createViewStore } from '../stores/view.ts';
import { text } from '../text/spoken.ts';
import { createActing } from './acting.ts';
import { itemBeside, placeToStepFrom, surroundingsOf } from './list-steps.ts';
import { shownItems } from './shown-items.ts';

/** A desk with the buyers a, b and c to answer; `asked` is what reached the core. */
async function deskWith(refusal: string | null = null, isWriting = () => false) {
  const row = (id: string, hours: number, change: Partial<Row> = {}) =>
    testRow(id, { window: { ...noWindow, openedAt: testNow - hours * 3_600_000, openedBy: 'm' }, ...change });
  const rows = [row('a', 9), row('b', 5, { contact: { ...row('b', 5).contact, name: 'Dana Whitlock' } }), row('c', 2)];
  const asked: string[] = [];
  const answer = (action: string) => async (input: { conversationId: string }) => {
    asked.push(`${action} ${input.conversationId}`);
    return refusal === null
      ? ({ ok: true } as const)
      : ({ ok: false, refusal: { code: 'claimed_by_other', detail: refusal } } as const);
  };
  const { client } = createTestCore({
    'inbox.list': async ({ lane }) => ({ rows: lane === 'answer' ? rows : [], hasMore: false }),
    'inbox.counts': async () => ({
      lanes: { closing: 0, answer: 3, missed: 0, later: 0, waiting: 0, unreachable: 0, done: 0 },
      handoffs: 0,
    }),
    'handoff.resolve': answer('resolve'),
    'handoff.reopen': answer('reopen'),
    'handoff.claim': answer('claim'),
  });
  const held = new Map<string, string>();
  const view = createViewStore({
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => held.set(key, value),
  });
  const stores = {
    view,
    inbox: createInboxListStore(client, { now: () => testNow, rulesOf: () => testAccount }),
    handoffsList: createHandoffsListStore(client),
    handoffs: createHandoffsStore(client),
    thread: createThreadStore(client),
  };
  await stores.inbox.getState().load();
  const act = createActing(stores, {
    open: async (id) => view.getState().setOpen(id),
    close: () => view.getState().setOpen(null),
    isWriting,
  });
  return { act, view: view.getState, asked, inbox: stores.inbox.getState, stores };
}

it('moves on to the next conversation, and back to the undone one', async () => {
  const { act, view, asked } = await deskWith();
  view().setOpen('b');
  await act('resolve', 'b');
  expect([view().openId, view().notice?.words()]).toEqual(['c', text.handoffs.doneUnanswered('Dana')]);
  view().notice?.action?.run();
  await vi.waitFor(() => expect([view().openId, asked]).toEqual(['b', ['resolve b', 'reopen b']]));
  expect(view().notice).toBeNull();
});

it('does not pull away somebody who chooses to stay before the answer to Done or Undo arrives', async () => {
  const { act, view, asked } = await deskWith();
  view().setOpen('b');
  const resolving = act('resolve', 'b');
  view().setOpen('b');
  await resolving;
  expect(view().openId).toBe('b');
  view().setOpen('c');
  view().notice?.action?.run();
  view().setOpen('c');
  await act('claim', 'a');
  expect([view().openId, asked]).toEqual(['c', ['resolve b', 'reopen b', 'claim a']]);
});

it('offers no Undo for the previous conversation while another one is being resolved', async () => {
  const { act, view } = await deskWith();
  view().setOpen('a');
  await act('resolve', 'a');
  const resolving = act('resolve', 'b');
  expect(view().notice).toBeNull();
  await resolving;
  expect(view().notice?.conversationId).toBe('b');
});

it('resolving twice resolves once, and says nothing the second time', async () => {
  const { act, view, asked, stores } = await deskWith();
  view().setOpen('b');
  stores.inbox.getState().apply({ changed: [], gone: ['b'] });
  stores.thread.setState({ conversationId: 'b', row: testRow('b', { state: 'done' }) });
  await act('resolve', 'b');
  expect([asked, view().openId, view().notice]).toEqual([[], 'b', null]);
});

it('does not take the field away from somebody who began to type before the answer arrived', async () => {
  const { act, view } = await deskWith(null, () => true);
  view().setOpen('b');
  await act('resolve', 'b');
  expect([view().openId, view().notice?.words()]).toEqual(['b', text.handoffs.doneUnanswered('Dana')]);
});

it('moves the ring when no thread is open; at the end of the list, to the previous row', async () => {
  const { act, view } = await deskWith();
  view().setCursor('c');
  await act('resolve', 'c');
  expect([view().openId, view().cursorId]).toEqual([null, 'b']);
});

it('continues from where the person was when an answer has moved the row to another lane', async () => {
  const { act, view, inbox, stores } = await deskWith();
  view().setOpen('b');
  view().setSurroundings(surroundingsOf('b', stores));
  inbox().apply({ changed: [testRow('b', { rev: 2, state: 'answered' })], gone: [] });
  const items = shownItems(stores);
  const step = (by: 1 | -1) =>
    itemBeside(items, placeToStepFrom(items, { id: 'b', row: null, by }, stores), by, ({ kind }) => kind === 'row');
  expect([step(1)?.key, step(-1)?.key]).toEqual(['c', 'a']);
  await act('resolve', 'b');
  expect(view().openId).toBe('c');
});

it('says just that it is done if there was an answer', async () => {
  const { act, view, inbox } = await deskWith();
  const { contact } = inbox().rows.get('b')!;
  inbox().apply({ changed: [testRow('b', { rev: 2, state: 'answered', contact })], gone: [] });
  await act('resolve', 'b');
  expect(view().notice).toMatchObject({ conversationId: 'b' });
  expect(view().notice?.words()).toBe(text.handoffs.done('Dana'));
});

it('shows a refusal for the conversation that it is about, and stays there', async () => {
  const { act, view } = await deskWith('Sam is answering this conversation.');
  view().setOpen('a');
  await act('resolve', 'a');
  expect(view()).toMatchObject({
    openId: 'a',
    notice: { conversationId: 'a', action: null },
  });
  expect(view().notice?.words()).toBe('Sam is answering this conversation.');
});

it('after a refusal, a later change does not move the row under a moving pointer', async () => {
  const { act, inbox } = await deskWith('Sam is answering this conversation.');
  await act('claim', 'a');
  inbox().hold(true);
  inbox().apply({ changed: [testRow('a', { rev: 2, state: 'answered' })], gone: [] });
  expect([inbox().lanes.answer.ids, [...inbox().waiting.keys()]]).toEqual([['a', 'b', 'c'], ['a']]);
});
