import { claimLeaseMs, hourMs, minuteMs, noWindow } from '@transom/shared';
import { expect, it, vi } from 'vitest';
import type { CoreFunctions } from '../../contract/contract.ts';
import type { Row, Session } from '../../contract/views.ts';
import { testAccount, testNow, testPerson, testRow } from '../display/test-rows.ts';
import { createTestCore } from '../stores/test-core.ts';
import { text } from '../text/spoken.ts';
import { createDesk } from './create-desk.ts';

const session: Session = {
  platform: { host: 'browser', os: 'linux', version: '0', canNotify: false },
  paired: true,
  relayUrl: 'http://localhost',
  agency: { id: 'agency', name: 'Nordic', plan: 'plus' },
  person: testPerson,
  accounts: [testAccount],
  connection: { relay: 'live', reason: null, since: testNow, outboxCount: 0, waitingAtRelay: 0 },
  clock: {
    serverNow: testNow - 30 * minuteMs,
    atLeast: testNow - 30 * minuteMs,
    isConfirmed: true,
    computerOffByMs: null,
  },
  secrets: { place: 'keychain', reason: null },
  trouble: null,
};
const noDraft = { text: '', rev: 0 };
const changesOf = (rows: { changed: Row[]; gone: string[] }) => ({ rows, messages: { changed: [], gone: [] } });

/** A desk with one conversation open, at `testNow` by the relay's clock. */
async function deskWith(row: Row, functions: Partial<CoreFunctions> = {}, presence = { isHere: true }) {
  const core = createTestCore({
    'session.get': async () => session,
    'clock.get': async () => ({ serverNow: testNow, atLeast: testNow, isConfirmed: true, computerOffByMs: null }),
    'inbox.list': async () => ({ rows: [], hasMore: false }),
    'thread.read': async () => ({
      row,
      isComplete: true,
      messages: [],
      outbox: [],
      hasMore: false,
      olderUnreachable: false,
    }),
    'draft.get': async () => ({ drafts: { reply: noDraft, private_reply: noDraft, note: noDraft } }),
    'draft.put': async ({ text, baseRev }) => ({ isStored: true, current: { text, rev: baseRev + 1 } }),
    'outbox.list': async () => ({ items: [] }),
    ...functions,
  });
  const memory = new Map<string, string>();
  const storage = {
    getItem: (key: string) => memory.get(key) ?? null,
    setItem: (key: string, value: string) => void memory.set(key, value),
  };
  const desk = createDesk(core.client, storage, () => performance.now(), {
    isHere: () => presence.isHere,
  });
  core.cut();
  core.connect();
  await vi.waitFor(() => expect(desk.session.getState().session).not.toBeNull());
  await vi.waitFor(() => expect(desk.clock.getState().atLeast).not.toBeNull());
  await desk.open(row.id);
  return Object.assign(desk, { emit: core.emit, client: core.client });
}

const heldBy = (id: string, leftMs: number) =>
  testRow('c', {
    handoff: {
      id: 'h',
      reason: 'social_dm_follow_up_needed',
      state: 'claimed',
      openedAt: testNow,
      claimedBy: { id, name: id },
      claimedUntil: testNow + leftMs,
    },
  });

it('counts from the time that the core gives when it is asked, not from the one that waited in an event', async () => {
  const desk = await deskWith(testRow('c'));
  expect(desk.clock.getState().now).toBeGreaterThanOrEqual(testNow);
});

it('what was refused after a day without a connection is one notice with a count, not only the last of them', async () => {
  const desk = await deskWith(testRow('c'));
  const words = () => desk.view.getState().notice?.words() ?? null;
  const refuse = (conversationId: string) =>
    desk.emit('refused', { conversationId, refusal: { code: 'wrote_meanwhile' } });
  await refuse('c');
  await vi.waitFor(() => expect(words()).toMatch(/^This person wrote again/));
  expect(desk.view.getState().notice?.conversationId).toBe('c');
  for (const other of ['d', 'e']) await refuse(other);
  await vi.waitFor(() => expect(words()).toMatch(/^3 changes were refused.* This person wrote again/));
  expect(desk.view.getState().notice?.conversationId).toBeNull();
  desk.view.getState().say(null);
  await refuse('f');
  await vi.waitFor(() => expect(words()).toMatch(/^This person wrote again/));
});

it.each([
  ['renews a claim of one’s own in its second half', 'mara', claimLeaseMs / 2 - minuteMs, 1],
  ['leaves a fresh claim alone', 'mara', claimLeaseMs - minuteMs, 0],
  ['takes nothing from a colleague', 'sam', minuteMs, 0],
])('typing %s', async (_what, holder, leftMs, times) => {
  const claims: string[] = [];
  const desk = await deskWith(heldBy(holder, leftMs), {
    'handoff.claim': async ({ conversationId }) => {
      claims.push(conversationId);
      return { ok: true };
    },
  });
  desk.compose.getState().setText('I am looking it up, ');
  desk.compose.getState().setText('I am looking it up, one moment');
  await desk.compose.getState().flush();
  expect(claims).toEqual(Array.from({ length: times }, () => 'c'));
});

it('a key pressed while typing renews the claim still works', async () => {
  const asked: string[] = [];
  const renewed = Promise.withResolvers<{ ok: true }>();
  const desk = await deskWith(heldBy('mara', claimLeaseMs / 2 - minuteMs), {
    'handoff.claim': () => renewed.promise,
    'handoff.release': async ({ conversationId }) => {
      asked.push(conversationId);
      return { ok: true };
    },
  });
  desk.compose.getState().setText('I am looking it up');
  await desk.act('release', 'c');
  expect(asked).toEqual(['c']);
  renewed.resolve({ ok: true });
});

/** Records what a window says that somebody has seen. */
function seenBy() {
  const seen: string[] = [];
  const functions: Partial<CoreFunctions> = {
    'thread.seen': async ({ conversationId }) => {
      seen.push(conversationId);
      return { ok: true };
    },
  };
  return { seen, functions };
}

it('a message that arrives in the open thread counts as read if somebody is there, and stays unread if not', async () => {
  const { seen, functions } = seenBy();
  const presence = { isHere: false };
  const desk = await deskWith(testRow('c'), functions, presence);
  const news = (rev: number) => changesOf({ changed: [testRow('c', { rev, unread: true })], gone: [] });
  await desk.emit('changes', news(2));
  await vi.waitFor(() => expect(desk.thread.getState().row?.rev).toBe(2));
  expect(seen).toEqual([]);
  presence.isHere = true;
  await desk.emit('changes', news(3));
  await vi.waitFor(() => expect(seen).toEqual(['c']));
});

it('what is opened while nobody is there, as after a start, counts as read when somebody comes', async () => {
  const { seen, functions } = seenBy();
  const presence = { isHere: false };
  const desk = await deskWith(testRow('c', { unread: true }), functions, presence);
  await desk.client.call('outbox.list', {});
  expect(seen).toEqual([]);
  presence.isHere = true;
  desk.readIfHere();
  await vi.waitFor(() => expect(seen).toEqual(['c']));
});

it('a conversation that is only passed on the way to another one does not count as shown', async () => {
  const desk = await deskWith(testRow('c'));
  expect(desk.shown.conversationId()).toBe('c');
  desk.pass('d');
  expect(desk.shown.conversationId()).toBeNull();
  await desk.open('c');
  expect(desk.shown.conversationId()).toBe('c');
});

it('an erased person leaves no thread behind that seems to load forever', async () => {
  const desk = await deskWith(testRow('c'));
  await desk.emit('changes', changesOf({ changed: [], gone: ['c'] }));
  await vi.waitFor(() => expect(desk.view.getState().openId).toBeNull());
  expect(desk.view.getState().notice).not.toBeNull();
});

it('says when the person on screen is erased, and with them what was written to them', async () => {
  const desk = await deskWith(testRow('c'));
  const erased = (rev: number) => changesOf({ changed: [testRow('c', { rev, erasedAt: testNow })], gone: [] });
  await desk.emit('changes', erased(2));
  await vi.waitFor(() => expect(desk.view.getState().notice?.words()).toBe(text.thread.erasedNow));
  desk.view.getState().say(null);
  await desk.emit('changes', erased(3));
  await vi.waitFor(() => expect(desk.thread.getState().row?.rev).toBe(3));
  expect(desk.view.getState().notice).toBeNull();
});

it('lanes agree with their counts before the relay’s time is known', async () => {
  const closed = testRow('c', { window: { ...noWindow, openedAt: testNow - 25 * hourMs, openedBy: 'm' } });
  const desk = await deskWith(closed, {
    'clock.get': async () => ({ serverNow: null, atLeast: testNow, isConfirmed: false, computerOffByMs: null }),
    'inbox.list': async ({ lane }) => ({ rows: lane === 'missed' ? [closed] : [], hasMore: false }),
    'inbox.counts': async () => ({
      lanes: { closing: 0, answer: 0, missed: 1, later: 0, waiting: 0, unreachable: 0, done: 0 },
      handoffs: 0,
    }),
  });
  await vi.waitFor(() => expect(desk.inbox.getState().lanes.missed.ids).toEqual(['c']));
  expect([desk.clock.getState().now, desk.inbox.getState().lanes.answer.ids]).toEqual([null, []]);
});

it('rows are reread when Meta grants an account more time', async () => {
  let reads = 0;
  const desk = await deskWith(testRow('c'), {
    'inbox.list': async () => {
      reads += 1;
      return { rows: [], hasMore: false };
    },
    'inbox.counts': async () => ({
      lanes: { closing: 0, answer: 0, missed: 0, later: 0, waiting: 0, unreachable: 0, done: 0 },
      handoffs: 0,
    }),
  });
  const before = reads;
  await desk.emit('session', { ...session, relayUrl: 'http://elsewhere' });
  await vi.waitFor(() => expect(desk.session.getState().session?.relayUrl).toBe('http://elsewhere'));
  expect(reads).toBe(before);
  await desk.emit('session', { ...session, accounts: [{ ...testAccount, humanAgentApproved: true }] });
  await vi.waitFor(() => expect(reads).toBeGreaterThan(before));
});

it('handoffs on screen are reread when time alone has changed how many there are', async () => {
  let held: Row[] = [];
  const desk = await deskWith(testRow('c'), {
    'inbox.list': async () => ({ rows: [], hasMore: false }),
    'inbox.handoffs': async () => ({ rows: held, hasMore: false }),
    'inbox.counts': async () => ({
      lanes: { closing: 0, answer: held.length, missed: 0, later: 0, waiting: 0, unreachable: 0, done: 0 },
      handoffs: held.length,
    }),
  });
  desk.view.getState().goTo('handoffs');
  await vi.waitFor(() => expect(desk.handoffsList.getState().phase).toBe('ready'));
  held = [testRow('c')];
  await desk.inbox.getState().load();
  await vi.waitFor(() => expect(desk.handoffsList.getState().ids).toEqual(['c']));
});
