import { dayMs, hourMs, type Lane, lanes, minuteMs, noWindow } from '@transom/shared';
import { describe, expect, it, vi } from 'vitest';
import type { Row } from '../../contract/views.ts';
import { compareRows, laneAt } from '../display/lane-order.ts';
import { testAccount, testNow, testRow } from '../display/test-rows.ts';
import { createInboxListStore } from './inbox-list.ts';
import type { RowChange } from './inbox-list-state.ts';
import { createTestCore } from './test-core.ts';

/** A row whose 24 hours began `agoMs` before now: the older, the sooner it is due. */
const due = (id: string, agoMs: number, change: Partial<Row> = {}) =>
  testRow(id, {
    window: { ...noWindow, openedAt: testNow - agoMs, openedBy: 'm' },
    lastMessageAt: testNow - agoMs,
    ...change,
  });

async function inboxOf(rows: Row[]) {
  const held = new Map(rows.map((row) => [row.id, row]));
  let now: number | null = testNow;
  const facts = { now: () => now, rulesOf: () => testAccount };
  const inLane = (lane: Lane) =>
    [...held.values()]
      .filter((row) => laneAt(row, now, testAccount) === lane)
      .sort((a, b) => compareRows(lane, a, b, facts));
  const core = createTestCore({
    'inbox.list': async ({ lane, after, limit }) => {
      const all = inLane(lane);
      const from = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1;
      return { rows: all.slice(from, from + limit), hasMore: from + limit < all.length };
    },
    'inbox.counts': async () => ({
      lanes: Object.fromEntries(lanes.map((lane) => [lane, inLane(lane).length])) as Record<Lane, number>,
      handoffs: 0,
    }),
  });
  const store = createInboxListStore(core.client, facts);
  await store.getState().load();
  const change = (row: Row) => {
    held.set(row.id, row);
    store.getState().apply({ changed: [row], gone: [] });
  };
  return {
    store,
    change,
    setNow: (next: number | null) => (now = next),
    ids: (lane: Lane) => store.getState().lanes[lane].ids,
  };
}

describe('order', () => {
  it('has what is due soonest on top, and its lanes add up', async () => {
    const { store, ids } = await inboxOf([
      due('a', 2 * hourMs),
      due('b', 19 * hourMs),
      due('c', 25 * hourMs),
      due('d', hourMs, { state: 'answered' }),
      due('e', hourMs, { state: 'done' }),
      due('f', 20 * hourMs),
      due('g', 23 * hourMs + 50 * minuteMs),
    ]);
    expect(ids('closing')).toEqual(['g', 'f']);
    expect(ids('answer')).toEqual(['b', 'a']);
    expect(ids('missed')).toEqual(['c']);
    expect(ids('waiting')).toEqual(['d']);
    expect(ids('done')).toEqual([]);
    expect(store.getState().counts).toEqual({
      closing: 2,
      answer: 2,
      missed: 1,
      later: 0,
      waiting: 1,
      unreachable: 0,
      done: 1,
    });
  });

  it('has what closed last on top of the missed lane, whatever was written since', async () => {
    const closed = (id: string, agoMs: number, lastMessageAt: number) => due(id, agoMs, { lastMessageAt });
    const { ids } = await inboxOf([closed('a', 30 * hourMs, testNow - 1), closed('b', 25 * hourMs, testNow - 2)]);
    expect(ids('missed')).toEqual(['b', 'a']);
  });

  it('moves a changed row to its place, within a lane and across lanes', async () => {
    const { change, ids } = await inboxOf([due('a', 2 * hourMs), due('b', 5 * hourMs), due('c', 9 * hourMs)]);
    change(due('a', 7 * hourMs, { rev: 2 }));
    expect(ids('answer')).toEqual(['c', 'a', 'b']);
    change(due('c', 9 * hourMs, { rev: 2, state: 'answered' }));
    expect([ids('answer'), ids('waiting')]).toEqual([['a', 'b'], ['c']]);
  });

  it('puts a new row where it belongs, and ignores an older revision', async () => {
    const { store, change, ids } = await inboxOf([due('a', 2 * hourMs, { rev: 5 }), due('b', 5 * hourMs)]);
    change(due('n', 3 * hourMs));
    expect(ids('answer')).toEqual(['b', 'n', 'a']);
    change(due('a', 9 * hourMs, { rev: 4, state: 'done' }));
    expect(ids('answer')).toEqual(['b', 'n', 'a']);
    expect(store.getState().rows.get('a')?.state).toBe('needs_answer');
  });

  it('drops an erased row, even while the list is held', async () => {
    const { store, ids } = await inboxOf([due('a', 2 * hourMs), due('b', 5 * hourMs)]);
    store.getState().hold(true);
    store.getState().apply({ changed: [], gone: ['b'] });
    expect(ids('answer')).toEqual(['a']);
    expect(store.getState().rows.has('b')).toBe(false);
  });

  it('brings back what was put off until now, all of it, though nobody tells this window', async () => {
    const until = testNow + hourMs;
    const many = Array.from({ length: 250 }, (_, n) =>
      due(`c${String(n).padStart(3, '0')}`, 2 * hourMs, { snoozedUntil: until }),
    );
    const { store, setNow, ids } = await inboxOf(many);
    expect([ids('later').length, ids('answer')]).toEqual([100, []]);
    setNow(until);
    const load = vi.spyOn(store.getState(), 'load');
    for (let tick = 0; tick < 3; tick += 1) store.getState().advance();
    expect(load).toHaveBeenCalledTimes(1);
    await vi.waitFor(() => expect(ids('answer')).toHaveLength(100));
    await vi.waitFor(() => expect(store.getState().lanes.answer.hasMore).toBe(true));
    expect(ids('later')).toEqual([]);
    await store.getState().loadMore('answer');
    await store.getState().loadMore('answer');
    expect(ids('answer')).toHaveLength(250);
  });

  it('brings back what was put off while Later is folded', async () => {
    const { store, setNow, ids } = await inboxOf([due('a', 2 * hourMs, { snoozedUntil: testNow + hourMs })]);
    store.getState().toggle('later');
    await store.getState().load();
    expect(store.getState().lanes.later.isFolded).toBe(true);
    setNow(testNow + hourMs);
    store.getState().advance();
    expect([ids('later'), ids('answer')]).toEqual([[], ['a']]);
  });

  it('calls a window closed when its time is over, and never without a trusted time', async () => {
    const { store, setNow, ids } = await inboxOf([due('a', 2 * hourMs)]);
    setNow(null);
    store.getState().advance();
    expect(ids('missed')).toEqual([]);
    setNow(testNow + 18 * hourMs);
    store.getState().advance();
    expect([ids('closing'), ids('answer')]).toEqual([['a'], []]);
    setNow(testNow + dayMs);
    store.getState().advance();
    expect([ids('answer'), ids('missed')]).toEqual([[], ['a']]);
  });
});

describe('a held list', () => {
  it('changes rows in place, counts what moved, and moves it when released', async () => {
    const { store, change, ids } = await inboxOf([due('a', 2 * hourMs), due('b', 5 * hourMs)]);
    store.getState().hold(true);
    change(due('b', hourMs, { rev: 2, unread: true }));
    change(due('n', 9 * hourMs));
    expect(ids('answer')).toEqual(['b', 'a']);
    expect(store.getState().rows.get('b')?.unread).toBe(true);
    expect([...store.getState().waiting]).toEqual([
      ['b', 'moved'],
      ['n', 'new'],
    ]);
    store.getState().hold(false);
    expect(ids('answer')).toEqual(['n', 'a', 'b']);
    expect(store.getState().waiting.size).toBe(0);
  });

  it('counts what is new beyond the rows that it holds, and shows it when somebody scrolls there', async () => {
    const rows = Array.from({ length: 150 }, (_, index) =>
      due(`r${String(index).padStart(3, '0')}`, 10 * hourMs - index),
    );
    const { store, change, ids } = await inboxOf(rows);
    store.getState().hold(true);
    for (let index = 0; index < 500; index += 1) change(due(`new${index}`, hourMs, { unread: true }));
    expect(store.getState().waiting.size).toBe(500);
    change(due('seen', hourMs));
    expect(store.getState().waiting.size).toBe(500);
    store.getState().hold(false);
    expect([ids('answer').length, store.getState().rows.size]).toEqual([100, 100]);
  });

  it('applies immediately what closes soon, and what the person at the desk did', async () => {
    const { store, change, ids } = await inboxOf([due('a', 2 * hourMs), due('b', 5 * hourMs)]);
    store.getState().hold(true);
    change(due('n', 9 * hourMs));
    change(due('late', 23 * hourMs + 20 * minuteMs));
    store.getState().expect('b');
    change(due('b', 5 * hourMs, { rev: 2, state: 'done' }));
    expect([ids('closing'), ids('answer')]).toEqual([['late'], ['a']]);
    store.getState().expect('b');
    change(due('b', 5 * hourMs, { rev: 3 }));
    expect(ids('answer')).toEqual(['b', 'a']);
    expect([...store.getState().waiting.keys()]).toEqual(['n']);
  });

  it('expects one change only: a later one by a colleague waits, and so does any once the expectation is canceled', async () => {
    const { store, change, ids } = await inboxOf([due('a', 2 * hourMs), due('b', 5 * hourMs), due('c', 7 * hourMs)]);
    store.getState().expect('a');
    change(due('a', 2 * hourMs, { rev: 2, unread: true }));
    store.getState().expect('b')();
    store.getState().hold(true);
    change(due('a', 9 * hourMs, { rev: 3 }));
    change(due('b', hourMs, { rev: 2 }));
    expect([ids('answer'), [...store.getState().waiting.keys()]]).toEqual([
      ['c', 'b', 'a'],
      ['a', 'b'],
    ]);
  });

  it('does not count a row that stays where it is', async () => {
    const { store, change } = await inboxOf([due('a', 2 * hourMs), due('b', 5 * hourMs)]);
    store.getState().hold(true);
    change(due('a', 2 * hourMs, { rev: 2, unread: true }));
    expect(store.getState().waiting.size).toBe(0);
  });
});

describe('a list that is reread', () => {
  /** The core answers as of the moment in which it was asked; the list gets its answers only after `meanwhile` was applied. */
  async function readingAgain(rows: Row[], meanwhile: RowChange) {
    const held = new Map(rows.map((row) => [row.id, row]));
    let answered = Promise.resolve();
    let reads = 0;
    const core = createTestCore({
      'inbox.list': async ({ lane }) => {
        reads += 1;
        const page = [...held.values()].filter((row) => laneAt(row, testNow, testAccount) === lane);
        await answered;
        return { rows: page, hasMore: false };
      },
      'inbox.counts': async () => ({
        lanes: Object.fromEntries(
          lanes.map((lane) => [
            lane,
            [...held.values()].filter((row) => laneAt(row, testNow, testAccount) === lane).length,
          ]),
        ) as Record<Lane, number>,
        handoffs: 0,
      }),
    });
    const store = createInboxListStore(core.client, { now: () => testNow, rulesOf: () => testAccount });
    await store.getState().load();
    const gate = Promise.withResolvers<void>();
    answered = gate.promise;
    const readBefore = reads;
    const reading = store.getState().load();
    await vi.waitFor(() => expect(reads).toBe(2 * readBefore));
    for (const row of meanwhile.changed) held.set(row.id, row);
    for (const id of meanwhile.gone) held.delete(id);
    store.getState().apply(meanwhile);
    gate.resolve();
    await reading;
    return store;
  }

  it('keeps what was announced meanwhile: new buyers, answers and erased people', async () => {
    const store = await readingAgain([due('a', 2 * hourMs), due('b', 5 * hourMs), due('c', 6 * hourMs)], {
      changed: [due('n', 9 * hourMs), due('b', 5 * hourMs, { rev: 2, state: 'answered' })],
      gone: ['c'],
    });
    const { lanes: table, rows } = store.getState();
    expect([table.answer.ids, table.waiting.ids, rows.has('c')]).toEqual([['n', 'a'], ['b'], false]);
    await vi.waitFor(() => expect(store.getState().counts).toMatchObject({ answer: 2, waiting: 1 }));
  });
});

describe('the window of rows', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      due(`r${String(index).padStart(4, '0')}`, (19 * hourMs * (count - index)) / count),
    );

  it('holds the first page, and the next one when it is asked for', async () => {
    const { store, ids } = await inboxOf(many(250));
    expect([ids('answer').length, store.getState().lanes.answer.hasMore]).toEqual([100, true]);
    await store.getState().loadMore('answer');
    await store.getState().loadMore('answer');
    expect([ids('answer').length, store.getState().lanes.answer.hasMore, new Set(ids('answer')).size]).toEqual([
      250,
      false,
      250,
    ]);
  });

  it('leaves out what belongs after its last row', async () => {
    const { store, change, ids } = await inboxOf(many(250));
    change(due('late', 1));
    expect(ids('answer')).toHaveLength(100);
    expect(store.getState().rows.has('late')).toBe(false);
  });

  it('does not grow endlessly in a burst of changes', async () => {
    const { store, change, ids } = await inboxOf(many(250));
    for (let index = 0; index < 500; index += 1) change(due(`new${index}`, 19 * hourMs + index));
    expect(ids('answer').length).toBeLessThanOrEqual(120);
    expect(store.getState().rows.size).toBe(ids('answer').length);
    expect(ids('answer')[0]).toBe('new499');
  });

  it('drops what scrolling loaded when the list is back at its top', async () => {
    const { store, ids } = await inboxOf(many(250));
    await store.getState().loadMore('answer');
    store.getState().forgetTail();
    expect([ids('answer').length, store.getState().rows.size, store.getState().lanes.answer.hasMore]).toEqual([
      100,
      100,
      true,
    ]);
  });

  it('reads a folded lane when it is opened', async () => {
    const { store, ids } = await inboxOf([due('d', hourMs, { state: 'done' })]);
    store.getState().toggle('done');
    await vi.waitFor(() => expect(ids('done')).toEqual(['d']));
  });
});
