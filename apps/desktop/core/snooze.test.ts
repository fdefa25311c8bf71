import { hourMs, type Lane, newId, refuse } from '@transom/shared';
import { expect, test, vi } from 'vitest';
import { isLive, liveDesk, soon } from './test/live-desk.ts';
import { testWindow } from './test/plain-core.ts';
import { baseAt, sampleConversation } from './test/samples.ts';
import { testDesk } from './test/window.ts';

type Desk = Awaited<ReturnType<typeof testDesk>>;
const until = baseAt + 3 * hourMs;
const snooze = (desk: Desk, at: number | null = until) =>
  desk.call('conversation.snooze', { conversationId: 'c1', until: at });
const inLane = async (desk: Desk, lane: Lane) =>
  (await desk.call('inbox.list', { lane, after: null, limit: 9 })).rows.map(({ id }) => id);
const waits = async (desk: Desk) => (await desk.call('session.get', {})).connection.outboxCount;

test('a conversation snoozed before the relay answers is under Later at once, after a restart too, and the relay carries it out once', async () => {
  const { relay, desk, dataDir, secrets } = await liveDesk();
  relay.onCommand = () => 'hang';
  expect(await snooze(desk)).toEqual({ ok: true });
  expect(await inLane(desk, 'later')).toEqual(['c1']);
  expect(desk.events.at(-1)?.name).not.toBe('refused');
  // No words wait, so nobody is told that any do.
  expect(await waits(desk)).toBe(0);
  expect((await desk.call('outbox.list', {})).items).toEqual([]);
  await desk.core.close();
  relay.onCommand = () => 'answer';
  const again = await testDesk(dataDir, secrets);
  expect(await inLane(again, 'later')).toEqual(['c1']);
  await isLive(again);
  await vi.waitFor(
    () =>
      expect(relay.performed.map(({ command }) => command)).toEqual([
        { kind: 'conversation.snooze', conversationId: 'c1', until },
      ]),
    soon,
  );
  relay.put({ entity: 'conversation', id: 'c1', document: sampleConversation('c1', { rev: 9, snoozedUntil: until }) });
  await vi.waitFor(
    async () =>
      expect((await again.call('thread.read', { conversationId: 'c1', before: null, limit: 9 })).row?.rev).toBe(9),
    soon,
  );
  expect(await inLane(again, 'later')).toEqual(['c1']);
  await snooze(again, null);
  expect(await inLane(again, 'later')).toEqual([]);
});

test('a buyer who writes while snoozed here is not hidden by that', async () => {
  const { relay, desk } = await liveDesk();
  await snooze(desk);
  await vi.waitFor(() => expect(relay.performed).toHaveLength(1), soon);
  relay.put({
    entity: 'conversation',
    id: 'c1',
    document: sampleConversation('c1', { rev: 9, snoozedUntil: null, lastMessageAt: baseAt + 1 }),
  });
  await vi.waitFor(async () => expect(await inLane(desk, 'later')).toEqual([]), soon);
  expect(await inLane(desk, 'answer')).toEqual(['c1']);
});

test('a buyer who writes is not hidden by a snooze whose answer was lost and which is sent again', async () => {
  const { relay, desk } = await liveDesk();
  relay.onCommand = () => 'hang';
  await snooze(desk);
  await vi.waitFor(() => expect(relay.commandsHeard).toBe(1), soon);
  // It was carried out, and then the buyer wrote. Only the answer is missing.
  for (const [rev, snoozedUntil] of [
    [8, until],
    [9, null],
  ] as const)
    relay.put({ entity: 'conversation', id: 'c1', document: sampleConversation('c1', { rev, snoozedUntil }) });
  await vi.waitFor(
    async () =>
      expect((await desk.call('thread.read', { conversationId: 'c1', before: null, limit: 9 })).row?.rev).toBe(9),
    soon,
  );
  relay.onCommand = () => 'answer';
  relay.cut();
  await vi.waitFor(() => expect(relay.performed).toHaveLength(1), soon);
  await vi.waitFor(async () => expect(await inLane(desk, 'answer')).toEqual(['c1']), soon);
  expect(await inLane(desk, 'later')).toEqual([]);
});

test('a buyer who writes is not hidden by a snooze that waits for its answer', async () => {
  const { relay, desk } = await liveDesk();
  relay.onCommand = () => ({ ok: false, refusal: refuse('too_many_attempts') });
  await desk.call('conversation.snooze', { conversationId: 'c1', until, seenMessageId: 'last-c1' });
  await vi.waitFor(() => expect(relay.commandsHeard).toBe(1), soon);
  expect(await inLane(desk, 'later')).toEqual(['c1']);
  const { lastMessage, ...written } = sampleConversation('c1', { rev: 9, lastMessageAt: baseAt + 1 });
  if (lastMessage === null) throw new Error('The sample has no last message.');
  const document = { ...written, lastMessage: { ...lastMessage, id: 'last-c1-and-more' } };
  relay.put({ entity: 'conversation', id: 'c1', document });
  await vi.waitFor(async () => expect(await inLane(desk, 'answer')).toEqual(['c1']), soon);
  expect(await inLane(desk, 'later')).toEqual([]);
});

test('a snooze that the relay refuses is reported, and the conversation is back in its place', async () => {
  const { relay, desk } = await liveDesk();
  const refusal = refuse('window_closed.too_soon');
  relay.onCommand = () => ({ ok: false, refusal });
  await snooze(desk);
  await vi.waitFor(
    () => expect(desk.events).toContainEqual({ name: 'refused', payload: { conversationId: 'c1', refusal } }),
    soon,
  );
  expect(await inLane(desk, 'later')).toEqual([]);
  expect(await inLane(desk, 'answer')).toEqual(['c1']);
});

test('a snooze refused while no window is open is reported to the next one, once', async () => {
  const { relay, desk } = await liveDesk();
  const refusal = refuse('wrote_meanwhile');
  relay.onCommand = () => 'hang';
  await snooze(desk);
  await vi.waitFor(() => expect(relay.commandsHeard).toBe(1), soon);
  await desk.call('note.add', { conversationId: 'c1', clientMessageId: newId(), text: 'Call her.' });
  desk.close();
  relay.onCommand = ({ kind }) => (kind === 'note.add' ? 'answer' : { ok: false, refusal });
  relay.cut();
  // Commands about one conversation are sent one after the other: the refusal has been heard.
  await vi.waitFor(() => expect(relay.performed).toHaveLength(1), soon);
  const told = { name: 'refused', payload: { conversationId: 'c1', refusal } };
  const next = testWindow(desk.core);
  await vi.waitFor(async () => {
    await next.call('session.get', {});
    expect(next.events).toContainEqual(told);
  }, soon);
  const another = testWindow(desk.core);
  await another.call('session.get', {});
  await another.call('session.get', {});
  expect(another.events).not.toContainEqual(told);
});

test('a conversation snoozed here a thousand times is listed once, snoozed until the last of them', async () => {
  const { relay, desk } = await liveDesk();
  relay.onCommand = () => 'hang';
  for (let n = 1; n <= 1_000; n += 1) await snooze(desk, baseAt + 2 * hourMs + n);
  const { rows } = await desk.call('inbox.list', { lane: 'later', after: null, limit: 9 });
  expect(rows.map(({ id, snoozedUntil }) => [id, snoozedUntil])).toEqual([['c1', baseAt + 2 * hourMs + 1_000]]);
});

test('what came back from Later stays back through a sleep without a connection', async () => {
  const { relay, desk } = await liveDesk();
  relay.put({ entity: 'conversation', id: 'c1', document: sampleConversation('c1', { rev: 9, snoozedUntil: until }) });
  await vi.waitFor(async () => expect(await inLane(desk, 'later')).toEqual(['c1']), soon);
  // Nothing arrives until the snooze is over; only the clock goes on.
  relay.now = () => until + hourMs;
  desk.core.wake(false);
  await vi.waitFor(async () => expect(await inLane(desk, 'answer')).toEqual(['c1']), soon);
  relay.refuseConnect = 'unauthorized';
  relay.cut();
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).connection.relay).toBe('refused'), soon);
  expect(await inLane(desk, 'answer')).toEqual(['c1']);
  desk.core.wake(true);
  await vi.waitFor(async () => expect((await desk.call('clock.get', {})).serverNow).toBeNull(), soon);
  expect(await inLane(desk, 'later')).toEqual([]);
  expect(await inLane(desk, 'answer')).toEqual(['c1']);
  expect((await desk.call('clock.get', {})).atLeast).toBeGreaterThanOrEqual(until);
});
