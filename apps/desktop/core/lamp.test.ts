import { en, sentenceOf } from '@transom/shared';
import { expect, test, vi } from 'vitest';
import { liveDesk, soon } from './test/live-desk.ts';
import { baseAt, sampleConversation, sampleMessage } from './test/samples.ts';

const quick = { slowMs: 150, beatMs: 60 };
const noBeat = { slowMs: 150, beatMs: 3_600_000 };
const atOnce = (limits = quick) => liveDesk(undefined, undefined, { lineLimits: limits });
type Desk = Awaited<ReturnType<typeof liveDesk>>['desk'];
const lamp = async (desk: Desk) => (await desk.call('session.get', {})).connection;
const shows = (desk: Desk, relay: string) => vi.waitFor(async () => expect((await lamp(desk)).relay).toBe(relay), soon);

test('a relay that hangs is shown as delayed, and since when; commands are still tried, and any packet ends it', async () => {
  const { relay, desk } = await atOnce();
  relay.answersTime = () => false;
  await shows(desk, 'delayed');
  expect(sentenceOf(en, (await lamp(desk)).reason!)).toMatch(/has not answered since \d\d:\d\d:\d\d/);
  expect(await desk.call('handoff.claim', { conversationId: 'c1' })).toEqual({ ok: true });
  await shows(desk, 'delayed');
  relay.answersTime = () => true;
  await shows(desk, 'live');
  expect((await lamp(desk)).reason).toBeNull();
  expect(relay.handshakes).toHaveLength(1);
});

test('a reply that gets no answer is shown, even if the relay answers everything else', async () => {
  const { relay, desk } = await atOnce();
  relay.onCommand = () => 'hang';
  await desk.call('reply.send', { conversationId: 'c1', clientMessageId: 'a', text: 'Hello.' });
  await shows(desk, 'delayed');
  expect(desk.outside.log.filter(({ message }) => message.includes('no answer'))).toEqual([]);
});

test('a reply to a person who was erased no longer waits for an answer', async () => {
  const { relay, desk } = await atOnce();
  relay.onCommand = () => 'hang';
  await desk.call('reply.send', { conversationId: 'c1', clientMessageId: 'a', text: 'Hello.' });
  await shows(desk, 'delayed');
  relay.put({ entity: 'conversation', id: 'c1', document: sampleConversation('c1', { rev: 9, erasedAt: baseAt }) });
  await shows(desk, 'live');
});

test('a page of the feed shows that the relay is back, even if no beat is answered', async () => {
  const { relay, desk } = await atOnce();
  relay.answersTime = () => false;
  await shows(desk, 'delayed');
  relay.put({ entity: 'message', id: 'm2', document: sampleMessage('m2', 'c1', { sentAt: baseAt + 1 }) });
  const told = () => desk.events.flatMap((event) => (event.name === 'session' ? [event.payload.connection.relay] : []));
  await vi.waitFor(() => expect(told().slice(told().lastIndexOf('delayed'))).toContain('live'), soon);
  expect(relay.handshakes).toHaveLength(1);
});

test('replies that wait at the relay are counted and reported', async () => {
  const { relay, desk } = await atOnce(noBeat);
  const waiting = async () => (await lamp(desk)).waitingAtRelay;
  const put = (id: string, rev: number, about: object) =>
    relay.put({
      entity: 'message',
      id,
      document: sampleMessage(id, 'c1', { rev, direction: 'outbound', sentAt: baseAt + 9, ...about }),
    });
  expect(await waiting()).toBe(0);
  put('r1', 1, { state: 'queued' });
  put('r2', 1, { state: 'sending' });
  put('n1', 1, { direction: 'note', state: 'received' });
  await vi.waitFor(async () => expect(await waiting()).toBe(2), soon);
  const told = () =>
    desk.events.flatMap((event) => (event.name === 'session' ? [event.payload.connection.waitingAtRelay] : []));
  await vi.waitFor(() => expect(told().at(-1)).toBe(2), soon);
  put('r1', 2, { state: 'sent' });
  await vi.waitFor(() => expect(told().at(-1)).toBe(1), soon);
  relay.put({ entity: 'message', id: 'r2', document: null });
  await vi.waitFor(() => expect(told().at(-1)).toBe(0), soon);
});
