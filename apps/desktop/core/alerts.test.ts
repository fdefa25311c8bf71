import { dayMs, hourMs, minuteMs } from '@transom/shared';
import { expect, test, vi } from 'vitest';
import { createAlerts } from './alerts.ts';
import { applyPage } from './sync/apply-page.ts';
import { liveDesk, soon } from './test/live-desk.ts';
import { baseAt, sampleConversation } from './test/samples.ts';
import { tempStore } from './test/temp-folder.ts';

function alertsOn(store: ReturnType<typeof tempStore>, clock: { now: number }) {
  const told = { shown: [] as string[], closed: [] as string[], eyesOn: '' };
  const alerts = createAlerts({
    store,
    host: {
      openExternal: async () => true,
      notify: async ({ id }) => (told.shown.push(id), { ok: true }),
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

test('every window that is about to close is warned of, also in a busy hour', () => {
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

test('what was said about several buyers goes when the last of them was seen or answered', () => {
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

test('a conversation that is gone takes what was said about it along', async () => {
  const { relay, desk } = await liveDesk();
  relay.put({ entity: 'conversation', id: 'c2', document: sampleConversation('c2', { lastMessageAt: baseAt + 5 }) });
  await vi.waitFor(() => expect(desk.outside.shown.map(({ id }) => id)).toContain('c2'), soon);
  relay.put({ entity: 'conversation', id: 'c2', document: null });
  await vi.waitFor(() => expect(desk.outside.closed).toContain('c2'), soon);
});
