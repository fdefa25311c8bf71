import { afterEach, expect, it, vi } from 'vitest';
import type { AgencyStore } from '../store/port.ts';
import { wrote } from '../testing/events.ts';
import { type AgencyInRoom, openRelayRoom } from '../testing/relay-room.ts';
import { Pokes } from './pokes.ts';
import { SharedPages } from './shared-pages.ts';

const crowd = 20;
afterEach(() => void vi.useRealTimers());

/** Counts reads of the store. */
function counting({ agency }: AgencyInRoom) {
  const counted = { reads: 0 };
  const store: AgencyStore = {
    ...agency,
    read: (work) => {
      counted.reads += 1;
      return agency.read(work);
    },
  };
  return { counted, store };
}

async function openPages() {
  const room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(wrote());
  const { epoch } = (await room.store.read((tx) => tx.get<{ epoch: string }>(`select epoch from agencies`)))!;
  const pokes = new Pokes();
  let now = 0;
  return {
    ...counting(agency),
    agency,
    pokes,
    pages: new SharedPages(pokes, () => now),
    start: { cursor: { epoch, seq: 0 }, snapshot: null },
    at: (seq: number) => ({ cursor: { epoch, seq }, snapshot: null }),
    passMs: (ms: number) => void (now += ms),
    [Symbol.asyncDispose]: () => room[Symbol.asyncDispose](),
  };
}

it('reads a page once for all desks at the same place, even while it is being read', async () => {
  await using it = await openPages();
  const pages = await Promise.all(Array.from({ length: 50 }, () => it.pages.read(it.store, it.start)));
  expect(it.counted.reads).toBe(1);
  expect(new Set(pages.map(({ page }) => page.rest)).size).toBe(1);
  await it.pages.read(it.store, it.start);
  expect(it.counted.reads).toBe(1);
});

it('rewrites a page once for all desks of an older version, and not at all for the newest', async () => {
  await using it = await openPages();
  const pages = await Promise.all(Array.from({ length: 9 }, () => it.pages.read(it.store, it.start)));
  for (const version of [1, 2]) expect(new Set(pages.map(({ page }) => page.inVersion(version))).size).toBe(1);
  const { page } = pages[0]!;
  expect(page.inVersion(3)).toBe(page);
  expect(page.inVersion(1).about).toBe(page.about);
  expect(page.rest.includes('waitsUntil')).toBe(true);
  expect(page.inVersion(1).rest.includes('waitsUntil')).toBe(false);
  expect(page.inVersion(2).rest.includes('waitsUntil')).toBe(true);
});

it('shows each commit at once when only a few desks follow', async () => {
  await using it = await openPages();
  const { page: before } = await it.pages.read(it.store, it.start);
  await it.agency.hears(wrote());
  it.pokes.poke(it.agency.id);
  const { page: after } = await it.pages.read(it.store, it.start);
  expect(after.about.toSeq).toBeGreaterThan(before.about.toSeq ?? 0);
  expect(after.about.caughtUp).toBe(true);
});

it('lets a crowd meet at one change, whatever is written meanwhile, then wakes it for the rest', async () => {
  await using it = await openPages();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const ending = new AbortController();
  const listeners = Array.from({ length: crowd }, () => it.pokes.listen(it.agency.id, ending.signal));
  it.pokes.poke(it.agency.id);
  for (const listener of listeners) listener.reset();
  const { page: first } = await it.pages.read(it.store, it.start);
  await it.agency.hears(wrote());
  it.pokes.poke(it.agency.id);
  const woken = Promise.all(listeners.map((listener) => listener.next()));
  // Desks at other places reach the same end in the same round.
  const { page: other } = await it.pages.read(it.store, it.at(1));
  expect(other.about).toMatchObject({ fromSeq: 1, toSeq: first.about.toSeq, caughtUp: true });
  await vi.advanceTimersByTimeAsync(3_000);
  await woken;
  const ends = await Promise.all([it.start, it.at(1), it.at(2)].map((place) => it.pages.read(it.store, place)));
  expect(new Set(ends.map(({ page }) => page.about.toSeq)).size).toBe(1);
  expect(ends[0]?.page.about.toSeq).toBeGreaterThan(first.about.toSeq ?? 0);
  for (const listener of listeners) listener[Symbol.dispose]();
});

it('gives a desk that is ahead of the rest of a crowd what comes after its place', async () => {
  await using it = await openPages();
  const listeners = Array.from({ length: crowd }, () => it.pokes.listen(it.agency.id, new AbortController().signal));
  const { page } = await it.pages.read(it.store, it.start);
  await it.agency.hears(wrote());
  const further = (page.about.toSeq ?? 0) + 1;
  const { page: next } = await it.pages.read(it.store, it.at(further));
  expect(next.about).toMatchObject({ kind: 'changes', fromSeq: further, caughtUp: true });
  expect(next.about.toSeq).toBeGreaterThan(further);
  for (const listener of listeners) listener[Symbol.dispose]();
});

it('reads again after a read that failed, and after a page has become old', async () => {
  await using it = await openPages();
  const failing: AgencyStore = { ...it.store, read: () => Promise.reject(new Error('the disk is full')) };
  await expect(it.pages.read(failing, it.start)).rejects.toThrow('the disk is full');
  await it.pages.read(it.store, it.start);
  expect(it.counted.reads).toBe(1);
  it.passMs(10_000);
  await it.pages.read(it.store, it.start);
  expect(it.counted.reads).toBe(2);
});
