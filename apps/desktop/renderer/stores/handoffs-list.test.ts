import { expect, it, onTestFinished, vi } from 'vitest';
import type { Row } from '../../contract/views.ts';
import { testRow } from '../display/test-rows.ts';
import { createHandoffsListStore } from './handoffs-list.ts';
import { createTestCore } from './test-core.ts';

/** A core that finds `found` and counts how often it was asked. */
function coreWith(found: Row[]) {
  const asked: (string | null)[] = [];
  const held: { found: Row[]; nextPage: Promise<unknown> } = { found, nextPage: Promise.resolve() };
  const core = createTestCore({
    'inbox.handoffs': async ({ after, limit }) => {
      asked.push(after);
      if (after !== null) await held.nextPage;
      const from = after === null ? 0 : held.found.findIndex(({ id }) => id === after) + 1;
      return { rows: held.found.slice(from, from + limit), hasMore: from + limit < held.found.length };
    },
  });
  return { list: createHandoffsListStore(core.client).getState, asked, held };
}

it('shows what the core finds, in its order, even beyond the first page', async () => {
  const rows = Array.from({ length: 130 }, (_, index) => testRow(`r${(index * 7) % 130}`));
  const { list } = coreWith(rows);
  list().show(true);
  await vi.waitFor(() => expect(list().phase).toBe('ready'));
  expect(list().ids).toEqual(rows.slice(0, 100).map(({ id }) => id));
  await list().loadMore();
  expect([list().ids, list().hasMore]).toEqual([rows.map(({ id }) => id), false]);
});

it('is reread after changes, once for many, and only while it is shown', async () => {
  const { list, asked, held } = coreWith([testRow('a')]);
  list().apply({ changed: [testRow('b')], gone: [] });
  list().show(true);
  await vi.waitFor(() => expect(list().ids).toEqual(['a']));
  held.found = [testRow('b'), testRow('a', { rev: 2 })];
  for (let rev = 2; rev < 20; rev += 1) list().apply({ changed: [testRow('a', { rev, unread: true })], gone: [] });
  expect(list().rows.get('a')).toMatchObject({ rev: 19, unread: true });
  await vi.waitFor(() => expect(list().ids).toEqual(['b', 'a']));
  expect([asked.length, list().rows.get('a')?.rev]).toEqual([2, 19]);
});

it('drops an erased person immediately, and keeps its order while it is held', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { list, held, asked } = coreWith([testRow('a'), testRow('b')]);
  list().show(true);
  await vi.waitFor(() => expect(list().ids).toEqual(['a', 'b']));
  list().hold(true);
  held.found = [testRow('n')];
  list().apply({ changed: [], gone: ['b'] });
  await vi.advanceTimersByTimeAsync(2_000);
  expect([list().ids, asked.length]).toEqual([['a'], 1]);
  list().hold(false);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(list().ids).toEqual(['n']);
  list().show(false);
  list().apply({ changed: [], gone: [] });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked.length).toBe(2);
});

it('goes on to the next page when the list was reread while that was in flight', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const rows = Array.from({ length: 130 }, (_, index) => testRow(`r${index}`));
  const { list, held } = coreWith(rows);
  list().show(true);
  await vi.waitFor(() => expect(list().ids.length).toBe(100));
  const gate = Promise.withResolvers<void>();
  held.nextPage = gate.promise;
  const loading = list().loadMore();
  list().apply({ changed: [testRow('r3', { rev: 2 })], gone: [] });
  await vi.advanceTimersByTimeAsync(2_000);
  gate.resolve();
  await loading;
  expect([list().ids.length, list().hasMore, list().rows.get('r3')?.rev]).toEqual([130, false, 2]);
});

it('keeps what a row became while the next page was in flight', async () => {
  const rows = Array.from({ length: 130 }, (_, index) => testRow(`r${index}`));
  const { list } = coreWith(rows);
  list().show(true);
  await vi.waitFor(() => expect(list().ids.length).toBe(100));
  const loading = list().loadMore();
  list().apply({ changed: [testRow('r3', { rev: 2, unread: true })], gone: [] });
  await loading;
  expect([list().ids.length, list().rows.get('r3')?.rev]).toEqual([130, 2]);
});
