import { type Command, newId, refuse } from '@transom/shared';
import { afterEach, expect, test, vi } from 'vitest';
import { isLive, liveDesk, soon } from '../test/live-desk.ts';
import { sampleMessage } from '../test/samples.ts';
import { filesWith } from '../test/temp-folder.ts';
import { testDesk } from '../test/window.ts';

afterEach(() => void vi.useRealTimers());

type Relay = Awaited<ReturnType<typeof liveDesk>>['relay'];
const seenIn = (command: Command | undefined) =>
  command !== undefined && 'seenMessageId' in command ? command.seenMessageId : undefined;
const send = (desk: Awaited<ReturnType<typeof testDesk>>, text: string, seenMessageId?: string) =>
  desk.call('reply.send', {
    conversationId: 'c1',
    clientMessageId: newId(),
    text,
    ...(seenMessageId === undefined ? {} : { seenMessageId }),
  });

/** Refuses a reply whose author has not seen `newest`, with the answer that was given meanwhile. */
function answeredMeanwhile(relay: Relay, newest: string): void {
  relay.onCommand = (command) =>
    seenIn(command) === newest
      ? 'answer'
      : {
          ok: false,
          refusal: {
            ...refuse('answered_meanwhile'),
            answer: { messageId: newest, by: 'Kim', text: 'It is 4,900.', sentAt: 5 },
          },
        };
}

test('a colleague\u2019s answer meanwhile stops a reply once; the retry is a new message that says what was seen', async () => {
  const { relay, desk } = await liveDesk();
  answeredMeanwhile(relay, 'm2');
  await send(desk, 'It is 5,200.', 'm1');
  await vi.waitFor(
    async () =>
      expect((await desk.call('outbox.list', {})).items).toMatchObject([
        { state: 'held', refusal: { code: 'answered_meanwhile', answer: { messageId: 'm2', by: 'Kim' } } },
      ]),
    soon,
  );
  const [held] = (await desk.call('outbox.list', {})).items;
  await desk.call('outbox.retry', { clientMessageId: held!.clientMessageId, seenMessageId: 'm2' });
  await vi.waitFor(() => expect(relay.performed).toHaveLength(1), soon);
  expect(relay.performed[0]?.id).not.toBe(held!.clientMessageId);
  expect(relay.performed[0]?.command).toEqual({
    kind: 'reply.send',
    conversationId: 'c1',
    text: 'It is 5,200.',
    seenMessageId: 'm2',
  });
});

test('what was queued before a restart still says what its author had seen', async () => {
  const { relay, desk, dataDir, secrets } = await liveDesk();
  relay.refuseConnect = 'unauthorized';
  relay.cut();
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).connection.relay).toBe('refused'), soon);
  await send(desk, 'On Tuesday.', 'm1');
  await desk.core.close();
  relay.refuseConnect = null;
  const again = await testDesk(dataDir, secrets);
  await isLive(again);
  await vi.waitFor(() => expect(relay.performed.map(({ command }) => seenIn(command))).toEqual(['m1']), soon);
});

test('a relay of version 1 gets commands that it knows, and the rest is refused at the desk with a reason', async () => {
  const { relay, desk } = await liveDesk();
  relay.protocol = 1;
  relay.cut();
  await vi.waitFor(() => expect(relay.handshakes).toHaveLength(2), soon);
  await isLive(desk);
  await send(desk, 'Hello.', 'm1');
  await vi.waitFor(() => expect(relay.performed).toHaveLength(1), soon);
  expect(relay.performed[0]?.command).toEqual({ kind: 'reply.send', conversationId: 'c1', text: 'Hello.' });
  const heard = relay.commandsHeard;
  const refused = { ok: false, refusal: { reason: 'not_configured.older_relay' } };
  expect(await desk.call('reply.withdraw', { messageId: 'm1', keep: true })).toMatchObject(refused);
  expect(await desk.call('handoff.reopen', { conversationId: 'c1' })).toMatchObject(refused);
  expect(await desk.call('handoff.claim', { conversationId: 'c1', takeOver: true })).toMatchObject(refused);
  expect(await desk.call('account.human_agent', { accountId: 'account-1', approved: true })).toMatchObject(refused);
  expect(relay.commandsHeard).toBe(heard);
  expect(await desk.call('handoff.claim', { conversationId: 'c1' })).toEqual({ ok: true });
});

test('a relay that is updated between two tries gets the same words for the same id', async () => {
  const { relay, desk } = await liveDesk();
  relay.protocol = 1;
  relay.cut();
  await vi.waitFor(() => expect(relay.handshakes).toHaveLength(2), soon);
  await isLive(desk);
  const heard: Command[] = [];
  relay.onCommand = (command) => {
    heard.push(command);
    if (heard.length > 1) return 'answer';
    relay.protocol = 2;
    setImmediate(relay.cut);
    return 'hang';
  };
  await send(desk, 'Hello.', 'm1');
  await vi.waitFor(() => expect(heard).toHaveLength(2), soon);
  expect(heard[1]).toEqual(heard[0]);
  // What is sent for the first time says what was seen.
  await send(desk, 'On Tuesday.', 'm1');
  await vi.waitFor(() => expect(seenIn(heard[2])).toBe('m1'), soon);
});

test('an id that the relay has accepted before is not replaced with a new one: the words may have been sent', async () => {
  const { relay, desk } = await liveDesk();
  relay.onCommand = () => ({ ok: false, refusal: refuse('id_reused') });
  await send(desk, 'Hello.', 'm1');
  const items = async () => (await desk.call('outbox.list', {})).items;
  await vi.waitFor(
    async () =>
      expect(await items()).toMatchObject([
        { state: 'held', refusal: { code: 'id_reused', reason: 'id_reused.may_have_gone_out' } },
      ]),
    soon,
  );
  const [{ clientMessageId } = { clientMessageId: '' }] = await items();
  await desk.call('outbox.retry', { clientMessageId, seenMessageId: 'm2' });
  await vi.waitFor(() => expect(relay.commandsHeard).toBe(2), soon);
  await vi.waitFor(async () => expect(await items()).toMatchObject([{ clientMessageId, state: 'held' }]), soon);
});

test.each([
  ['withdrawn', { entity: 'message', id: 'm2', document: null }],
  ['unsent', { entity: 'message', id: 'm2', document: sampleMessage('m2', 'c1', { rev: 9, text: null, unsentAt: 9 }) }],
  ['gone with its conversation', { entity: 'conversation', id: 'c1', document: null }],
] as const)('a colleague\u2019s answer that is %s is no longer quoted, nor in any file', async (_how, change) => {
  const { relay, desk, dataDir } = await liveDesk();
  answeredMeanwhile(relay, 'm2');
  await send(desk, 'It is 5,200.', 'm1');
  const items = async () => (await desk.call('outbox.list', {})).items;
  await vi.waitFor(async () => expect(await items()).toMatchObject([{ refusal: { answer: { by: 'Kim' } } }]), soon);
  expect(filesWith(dataDir, 'It is 4,900.')).not.toEqual([]);
  relay.put(change);
  await vi.waitFor(
    async () =>
      expect(await items()).toMatchObject([
        { text: 'It is 5,200.', refusal: { answer: { messageId: 'm2', by: 'Kim', text: '' } } },
      ]),
    soon,
  );
  await vi.waitFor(
    () =>
      expect(desk.events.findLast(({ name }) => name === 'outbox')?.payload).toMatchObject({
        items: [{ refusal: { answer: { messageId: 'm2', text: '' } } }],
      }),
    soon,
  );
  await vi.waitFor(() => expect(filesWith(dataDir, 'It is 4,900.')).toEqual([]), soon);
});

test('a reply that was taken back elsewhere leaves the outbox with the page that says so, or a while later', async () => {
  const { relay, desk } = await liveDesk();
  relay.onCommand = (command) => ({
    ok: true,
    messageId: 'text' in command ? `of ${command.text}` : null,
    state: 'queued',
  });
  const texts = async () => (await desk.call('outbox.list', {})).items.map(({ text }) => text);
  for (const text of ['one', 'two', 'three']) await send(desk, text);
  // The third is sent when the others have their answers.
  await vi.waitFor(() => expect(relay.commandsHeard).toBe(3), soon);
  expect(await texts()).toEqual(['one', 'two', 'three']);
  relay.put({ entity: 'message', id: 'of one', document: null });
  await vi.waitFor(async () => expect(await texts()).toEqual(['two', 'three']), soon);
  vi.useFakeTimers({ toFake: ['performance'] });
  vi.advanceTimersByTime(3_600_000);
  relay.put({ entity: 'message', id: 'm3', document: sampleMessage('m3', 'c1') });
  await vi.waitFor(async () => expect(await texts()).not.toContain('two'), soon);
});
