import { announcementWords, dayMs, en, hourMs, minuteMs } from '@transom/shared';
import { expect, test, vi } from 'vitest';
import { createAlerts } from './alerts.ts';
import { applyPage } from './sync/apply-page.ts';
import { liveDesk, soon } from './test/live-desk.ts';
import { testWindow } from './test/plain-core.ts';
import { baseAt, sampleConversation } from './test/samples.ts';
import { tempStore } from './test/temp-folder.ts';

function alertsOn(store: ReturnType<typeof tempStore>, clock: { now: number }) {
  const told = { shown: [] as string[], titles: [] as string[], closed: [] as string[], eyesOn: '' };
  const alerts = createAlerts({
    store,
    host: {
      openExternal: async () => true,
      notify: async ({ id, said }) => (
        told.shown.push(id), told.titles.push(announcementWords(en, said).title), { ok: true }
      ),
      closeNotification: (id) => void told.closed.push(id),
      setBadge: () => undefined,
    },
    person: () => ({ id: 'p', name: 'P', role: 'agent' }),
    now: () => clock.now,
    isBeforeEyes: (id) => told.eyesOn === id,
    log: () => undefined,
  });
  return { alerts, told };
}

function put(store: ReturnType<typeof tempStore>, rev: number, ids: readonly string[], about: object, now = baseAt) {
  const applied = applyPage(
    store,
    {
      kind: rev === 1 ? 'snapshot' : 'changes',
      epoch: 'e',
      first: rev === 1,
      fromSeq: rev === 1 ? null : rev - 1,
      toSeq: rev,
      changes: ids.map((id) => ({
        seq: rev,
        entity: 'conversation',
        id,
        document: sampleConversation(id, { rev, ...about }),
      })),
      caughtUp: true,
      serverNow: now,
    },
    false,
  );
  return applied!.conversations;
}

test('there is a warning for every window that is about to close, even in a busy hour', () => {
  const store = tempStore();
  const clock = { now: baseAt + dayMs - 50 * minuteMs };
  const ids = Array.from({ length: 130 }, (_, number) => `c${number}`);
  put(
    store,
    1,
    ids,
    { firstAnsweredAt: 1, window: { openedAt: baseAt, openedBy: 'm', byAd: false, comment: null } },
    clock.now,
  );
  const { alerts } = alertsOn(store, clock);
  for (let minute = 0; minute < 5; minute += 1) {
    alerts.tick();
    clock.now += minuteMs;
  }
  expect(store.conversations.listClosing(clock.now, clock.now + hourMs, 200)).toEqual([]);
  expect(store.db.prepare('SELECT count(*) FROM local.warned').pluck().get()).toBe(ids.length);
});

test('the notification about several buyers closes once the last of them was seen or answered', () => {
  const store = tempStore();
  const { alerts, told } = alertsOn(store, { now: baseAt + 1_000 });
  const ids = ['a', 'b', 'c', 'd'];
  alerts.gather(put(store, 1, ids, { state: 'needs_answer' }));
  alerts.release();
  expect(told.shown).toContain('group');
  alerts.seen('a');
  alerts.gather(put(store, 2, ['b', 'c'], { state: 'answered' }));
  alerts.release();
  expect(told.closed).not.toContain('group');
  alerts.gather(put(store, 3, ['d'], { state: 'answered' }));
  alerts.release();
  expect(told.closed).toContain('group');
});

test('forty messages that arrived while a desk slept make one alert, without those answered meanwhile', async () => {
  const store = tempStore();
  const { alerts, told } = alertsOn(store, { now: baseAt + 1_000 });
  const ids = Array.from({ length: 20 }, (_, number) => `c${number}`);
  put(store, 1, ids, {});
  const wrote = (rev: number, of: readonly string[], about = {}) =>
    alerts.gather(
      put(store, rev, of, {
        lastMessageAt: baseAt + rev,
        lastMessage: { ...sampleConversation('c').lastMessage!, id: `m${rev}` },
        ...about,
      }),
    );
  wrote(2, ids);
  wrote(3, ids);
  wrote(4, ids.slice(0, 5), { state: 'answered' });
  alerts.release();
  expect(told.shown).toEqual(['group']);
  expect(told.titles).toEqual(['15 buyers are waiting']);
  wrote(5, ['c7'], { state: 'answered' });
  alerts.release();
  expect(told.shown).toHaveLength(1);

  const two = tempStore();
  const quiet = alertsOn(two, { now: baseAt + 1_000 });
  put(two, 1, ['a', 'b', 'c'], {});
  for (const rev of [2, 3, 4])
    quiet.alerts.gather(
      put(two, rev, ['a', 'b'], { lastMessage: { ...sampleConversation('c').lastMessage!, id: `m${rev}` } }),
    );
  quiet.alerts.release();
  expect(quiet.told.shown).toEqual(['a', 'b']);
});

test('what somebody is looking at needs no alert; the warning comes when they look away', () => {
  const store = tempStore();
  const clock = { now: baseAt + dayMs - 50 * minuteMs };
  const { alerts, told } = alertsOn(store, clock);
  const window = { openedAt: baseAt, openedBy: 'm', byAd: false, comment: null };
  put(store, 1, ['a'], { firstAnsweredAt: 1, window }, clock.now);
  told.eyesOn = 'a';
  const lastMessage = { ...sampleConversation('a').lastMessage!, id: 'm2' };
  alerts.gather(put(store, 2, ['a'], { firstAnsweredAt: 1, window, lastMessage }, clock.now));
  alerts.release();
  alerts.tick();
  expect(told.shown).toEqual([]);
  told.eyesOn = '';
  alerts.tick();
  expect(told.shown).toEqual(['a']);
});

test('the conversation that a window shows counts only while the window is open and somebody is at it', async () => {
  const { relay, desk } = await liveDesk();
  const other = testWindow(desk.core);
  await other.call('session.get', {});
  let rev = 1;
  const writes = async (id: string) => {
    rev += 1;
    const shown = desk.outside.shown.length;
    const lastMessage = { ...sampleConversation(id).lastMessage!, id: `m${rev}` };
    relay.put({
      entity: 'conversation',
      id,
      document: sampleConversation(id, { rev, lastMessage, lastMessageAt: baseAt + rev }),
    });
    await vi.waitFor(() => expect(desk.events.filter(({ name }) => name === 'changes')).toHaveLength(rev - 1), soon);
    return desk.outside.shown.slice(shown).map((notification) => notification.conversationId);
  };
  expect(await writes('c1')).toEqual(['c1']);
  // Its notification closes when somebody turns to it.
  await desk.call('window.shows', { conversationId: 'c1', isActive: true });
  expect(desk.outside.closed).toContain('c1');
  await other.call('window.shows', { conversationId: 'c2', isActive: true });
  expect(await writes('c1')).toEqual([]);
  expect(await writes('c2')).toEqual([]);
  await desk.call('window.shows', { conversationId: 'c1', isActive: false });
  expect(await writes('c1')).toEqual(['c1']);
  await desk.call('window.shows', { conversationId: null, isActive: true });
  other.close();
  expect(await writes('c2')).toEqual(['c2']);
});

test('when a conversation is gone, its notification closes', async () => {
  const { relay, desk } = await liveDesk();
  relay.put({ entity: 'conversation', id: 'c2', document: sampleConversation('c2', { lastMessageAt: baseAt + 5 }) });
  await vi.waitFor(() => expect(desk.outside.shown.map(({ id }) => id)).toContain('c2'), soon);
  relay.put({ entity: 'conversation', id: 'c2', document: null });
  await vi.waitFor(() => expect(desk.outside.closed).toContain('c2'), soon);
});
