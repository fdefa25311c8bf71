import { join } from 'node:path';
import { minuteMs, refuse } from '@transom/shared';
import Database from 'better-sqlite3';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { createDrafts } from './drafts.ts';
import { openIdentities } from './identities/identities.ts';
import { createRetries } from './retries.ts';
import { signIn } from './sign-in.ts';
import { isLive, liveDesk, soon } from './test/live-desk.ts';
import { sampleConversation, sampleMessage } from './test/samples.ts';
import { standInRelay } from './test/stand-in-relay.ts';
import { filesIn, tempFolder, tempStore } from './test/temp-folder.ts';
import { testDesk } from './test/window.ts';
import { createWithdrawals } from './withdrawals.ts';

afterEach(() => void vi.useRealTimers());

/** Words that a person takes back from the relay are on disk at every moment, whatever is lost on the way. */
const queued = sampleMessage('q1', 'c1', {
  direction: 'outbound',
  origin: 'desk',
  state: 'queued',
  author: { id: 'person-1', name: 'Mara' },
  text: 'It is 4,900.',
});

async function deskWithQueuedReply() {
  const all = await liveDesk();
  all.relay.put({ entity: 'message', id: 'q1', document: queued });
  await vi.waitFor(async () => expect(await texts(all.desk)).toContain('It is 4,900.'), soon);
  return all;
}
type Desk = Awaited<ReturnType<typeof testDesk>>;
const texts = async (desk: Desk) =>
  (await desk.call('thread.read', { conversationId: 'c1', before: null, limit: 20 })).messages.map(({ text }) => text);
const draft = async (desk: Desk) => (await desk.call('draft.get', { conversationId: 'c1' })).drafts.reply.text;

test('words taken back to be changed are a draft again, before what was typed there', async () => {
  const { desk } = await deskWithQueuedReply();
  await desk.call('draft.put', { conversationId: 'c1', tab: 'reply', text: 'And delivery', baseRev: 0 });
  expect(await desk.call('reply.withdraw', { messageId: 'q1', keep: true })).toEqual({ ok: true });
  expect(await draft(desk)).toBe('It is 4,900.\nAnd delivery');
});

test('words that are no longer wanted leave nothing behind', async () => {
  const { desk } = await deskWithQueuedReply();
  expect(await desk.call('reply.withdraw', { messageId: 'q1', keep: false })).toEqual({ ok: true });
  expect(await draft(desk)).toBe('');
});

test('when the answer is lost, the words come back with the next hello, and the relay is asked with the same id', async () => {
  const { relay, desk } = await deskWithQueuedReply();
  relay.onCommand = () => {
    relay.onCommand = () => 'answer';
    relay.put({ entity: 'message', id: 'q1', document: null });
    return 'lose';
  };
  expect(await desk.call('reply.withdraw', { messageId: 'q1', keep: true })).toMatchObject({
    ok: false,
    refusal: { code: 'not_stored' },
  });
  await vi.waitFor(async () => expect(await draft(desk)).toBe('It is 4,900.'), soon);
  expect(relay.performed.filter(({ command }) => command.kind === 'reply.withdraw')).toHaveLength(1);
});

test('a desk that ends before the answer has the words after its next start', async () => {
  const { relay, desk, dataDir, secrets } = await deskWithQueuedReply();
  relay.onCommand = () => 'hang';
  void desk.call('reply.withdraw', { messageId: 'q1', keep: true }).catch(() => undefined);
  await vi.waitFor(() => expect(relay.commandsHeard).toBe(1), soon);
  await desk.core.close();
  relay.onCommand = () => 'answer';
  const again = await testDesk(dataDir, secrets);
  await isLive(again);
  await vi.waitFor(async () => expect(await draft(again)).toBe('It is 4,900.'), soon);
});

test.each([
  ['silence', 'hang'],
  ...(
    ['not_stored', 'too_many_attempts', 'internal_error', 'unauthorized', 'not_withdrawable', 'not_found'] as const
  ).map((code) => [code, { ok: false, refusal: refuse(code) }] as const),
] as const)(
  'when the message is gone, the words are back, even if the relay\u2019s answer was %s',
  async (_name, answer) => {
    const { relay, desk } = await deskWithQueuedReply();
    relay.onCommand = () => answer;
    const asked = desk.call('reply.withdraw', { messageId: 'q1', keep: true }).catch(() => null);
    await vi.waitFor(() => expect(relay.commandsHeard).toBe(1), soon);
    if (answer !== 'hang') expect(await asked).toMatchObject({ ok: false });
    expect(await draft(desk)).toBe('');
    relay.put({ entity: 'message', id: 'q1', document: null });
    await vi.waitFor(async () => expect(await draft(desk)).toBe('It is 4,900.'), soon);
    expect(relay.handshakes).toHaveLength(1);
  },
);

test('a reply that was sent after all is not a draft, whatever becomes of it; one that is only tried may still be taken back', async () => {
  const { relay, desk } = await deskWithQueuedReply();
  relay.onCommand = () => ({ ok: false, refusal: refuse('not_withdrawable') });
  const moveTo = async (state: 'sending' | 'queued' | 'sent', rev: number) => {
    relay.put({ entity: 'message', id: 'q1', document: { ...queued, state, rev } });
    const states = async () =>
      (await desk.call('thread.read', { conversationId: 'c1', before: null, limit: 20 })).messages.map(
        (message) => message.state,
      );
    await vi.waitFor(async () => expect(await states()).toContain(state), soon);
  };
  const takeBack = async () => {
    relay.put({ entity: 'message', id: 'q1', document: null });
    await vi.waitFor(async () => expect(await texts(desk)).not.toContain('It is 4,900.'), soon);
  };
  await desk.call('reply.withdraw', { messageId: 'q1', keep: true });
  await moveTo('sending', 2);
  await moveTo('queued', 3);
  await takeBack();
  expect(await draft(desk)).toBe('It is 4,900.');
  await moveTo('queued', 4);
  await desk.call('reply.withdraw', { messageId: 'q1', keep: true });
  await moveTo('sent', 5);
  await takeBack();
  expect(await draft(desk)).toBe('It is 4,900.');
});

test('a relay that temporarily could not answer is asked again on the same connection', async () => {
  vi.useFakeTimers({ toFake: ['setInterval'] });
  const { relay, desk } = await deskWithQueuedReply();
  relay.onCommand = () => ({ ok: false, refusal: refuse('internal_error') });
  expect(await desk.call('reply.withdraw', { messageId: 'q1', keep: true })).toMatchObject({
    refusal: { code: 'not_stored', reason: expect.stringContaining('withdrawing') },
  });
  relay.onCommand = () => 'answer';
  vi.advanceTimersByTime(minuteMs);
  await vi.waitFor(async () => expect(await draft(desk)).toBe('It is 4,900.'), soon);
  expect(relay.handshakes).toHaveLength(1);
});

test('after a snapshot that left the message out, asking again can still keep the words', async () => {
  const { relay, desk } = await deskWithQueuedReply();
  relay.onCommand = () => ({ ok: false, refusal: refuse('not_stored') });
  await desk.call('reply.withdraw', { messageId: 'q1', keep: false });
  relay.onPage = (page) => ({ ...page, changes: page.changes.filter(({ id }) => id !== 'q1') });
  relay.epoch = 'epoch-2';
  relay.cut();
  await vi.waitFor(() => expect(relay.handshakes).toHaveLength(2), soon);
  await isLive(desk);
  expect(await texts(desk)).not.toContain('It is 4,900.');
  relay.onCommand = () => 'answer';
  expect(await desk.call('reply.withdraw', { messageId: 'q1', keep: true })).toEqual({ ok: true });
  expect(await draft(desk)).toBe('It is 4,900.');
});

const mayHaveGoneOut = {
  conversationId: 'c1',
  kind: 'reply',
  text: 'It is 4,900.',
  state: 'held',
  refusal: { reason: expect.stringMatching(/out_of_sight|cut_off_withdrawing/) },
};
const outbox = async (desk: Desk) => (await desk.call('outbox.list', {})).items;

test('a message that a snapshot left out, and that the relay does not give back, may have been sent: it is not a draft', async () => {
  const { relay, desk } = await deskWithQueuedReply();
  relay.onCommand = () => ({ ok: false, refusal: refuse('not_withdrawable') });
  await desk.call('reply.withdraw', { messageId: 'q1', keep: true });
  relay.onPage = (page) => ({ ...page, changes: page.changes.filter(({ id }) => id !== 'q1') });
  relay.epoch = 'epoch-2';
  relay.cut();
  await vi.waitFor(() => expect(relay.handshakes).toHaveLength(2), soon);
  await isLive(desk);
  await vi.waitFor(async () => expect(await outbox(desk)).toMatchObject([mayHaveGoneOut]), soon);
  expect(await draft(desk)).toBe('');
});

test('a reply sent while its thread was merged into another one is there, even if the pages that say so arrive one after the other', async () => {
  const { relay, desk, dataDir, secrets } = await deskWithQueuedReply();
  relay.put({ entity: 'conversation', id: 'c2', document: sampleConversation('c2') });
  relay.onCommand = () => 'hang';
  void desk.call('reply.withdraw', { messageId: 'q1', keep: true }).catch(() => undefined);
  await vi.waitFor(() => expect(relay.commandsHeard).toBe(1), soon);
  await desk.core.close();
  relay.onCommand = () => ({ ok: false, refusal: refuse('not_withdrawable') });
  relay.pageSize = 1;
  relay.put(
    { entity: 'conversation', id: 'c1', document: null },
    ...Array.from({ length: 20 }, (_, index) => `other-${index}`).map((id) => ({
      entity: 'conversation' as const,
      id,
      document: sampleConversation(id),
    })),
    { entity: 'message', id: 'q1', document: { ...queued, conversationId: 'c2', state: 'sent', rev: 9 } },
  );
  const again = await testDesk(dataDir, secrets);
  await isLive(again);
  await vi.waitFor(() => expect(relay.commandsHeard).toBe(2), soon);
  const { messages } = await again.call('thread.read', { conversationId: 'c2', before: null, limit: 20 });
  expect(messages).toMatchObject([{ id: 'q1', state: 'sent' }]);
  expect([await outbox(again), await draft(again)]).toEqual([[], '']);
});

test('a refusal is final: only a person asks again, with a new command, even after a restart', async () => {
  const { relay, desk, dataDir, secrets } = await deskWithQueuedReply();
  relay.onCommand = () => ({ ok: false, refusal: refuse('not_withdrawable.on_its_way') });
  await desk.call('reply.withdraw', { messageId: 'q1', keep: false });
  const noted = () => {
    const file = new Database(join(filesIn(dataDir), 'local.db'), { readonly: true });
    const commandId = file.prepare('SELECT command_id FROM withdrawals').pluck().get();
    file.close();
    return commandId;
  };
  const first = noted();
  await desk.core.close();
  relay.onCommand = () => 'answer';
  const again = await testDesk(dataDir, secrets);
  await isLive(again);
  // Meta could not take it at that moment, so it waits again.
  relay.put({ entity: 'message', id: 'q1', document: { ...queued, rev: 3 } });
  await vi.waitFor(async () => expect(await texts(again)).toContain('It is 4,900.'), soon);
  expect([relay.performed, noted()]).toEqual([[], first]);
  expect(await again.call('reply.withdraw', { messageId: 'q1', keep: true })).toEqual({ ok: true });
  expect(relay.performed).toHaveLength(1);
  expect(relay.performed[0]?.id).not.toBe(first);
  expect(await draft(again)).toBe('It is 4,900.');
});

test('a person who disconnects this computer while a reply is taken back is not told that it was', async () => {
  const { relay, desk } = await deskWithQueuedReply();
  relay.onCommand = () => 'hang';
  const asked = desk.call('reply.withdraw', { messageId: 'q1', keep: true });
  await vi.waitFor(() => expect(relay.commandsHeard).toBe(1), soon);
  await desk.call('session.forget', {});
  expect(await asked).toMatchObject({ ok: false, refusal: mayHaveGoneOut.refusal });
  expect(await outbox(desk)).toMatchObject([mayHaveGoneOut]);
});

test('the yes of the relay counts while another program holds the file, and the words come when it is free', async () => {
  const folder = tempFolder();
  const store = tempStore(folder);
  store.db.pragma('busy_timeout = 0');
  store.messages.put(queued);
  const other = new Database(join(folder, 'local.db'));
  const troubles: unknown[] = [];
  const failed = (error: unknown) => void troubles.push(error);
  const retries = createRetries({ failed, recovered: () => undefined });
  onTestFinished(() => (retries.close(), void other.close()));
  const withdrawals = createWithdrawals({
    store,
    drafts: createDrafts({ store, emit: () => undefined, now: () => 5, outboxChanged: () => undefined }),
    isReady: () => true,
    isCaughtUp: () => true,
    retries,
    failed,
    outboxChanged: () => undefined,
    ask: async () => (other.exec('BEGIN IMMEDIATE'), { ok: true }),
  });
  expect(await withdrawals.withdraw('q1', true)).toEqual({ ok: true });
  expect([store.local.draft('c1', 'reply').text, troubles]).toEqual([
    '',
    [expect.objectContaining({ code: 'SQLITE_BUSY' })],
  ]);
  other.exec('COMMIT');
  await vi.waitFor(() => expect(store.local.draft('c1', 'reply').text).toBe('It is 4,900.'), soon);
  expect(store.local.withdrawals()).toEqual([]);
});

test('a private reply that was held goes to its comment when it is sent after all, and says what its author had seen', async () => {
  const { relay, desk } = await liveDesk();
  relay.put({ entity: 'message', id: 'q1', document: { ...queued, kind: 'private_reply', replyTo: 'comment-1' } });
  await vi.waitFor(async () => expect(await texts(desk)).toContain('It is 4,900.'), soon);
  relay.onCommand = () => ({ ok: false, refusal: refuse('not_stored') });
  await desk.call('reply.withdraw', { messageId: 'q1', keep: true });
  await desk.call('session.forget', {});
  relay.onCommand = () => 'answer';
  await desk.call('session.pair', { relayUrl: relay.url, code: 'GOOD-CODE', name: 'Front desk' });
  await isLive(desk);
  const [{ clientMessageId } = { clientMessageId: '' }] = await outbox(desk);
  await desk.call('outbox.retry', { clientMessageId });
  await vi.waitFor(() => expect(relay.performed).toHaveLength(1), soon);
  expect(relay.performed[0]?.command).toEqual({
    kind: 'comment.private_reply',
    commentId: 'comment-1',
    text: 'It is 4,900.',
    seenMessageId: 'q1',
  });
});

test('a reply that the relay does not give back is sent, and is not a draft', async () => {
  const { relay, desk } = await deskWithQueuedReply();
  const refusal = refuse('not_withdrawable.on_its_way');
  relay.onCommand = () => ({ ok: false, refusal });
  expect(await desk.call('reply.withdraw', { messageId: 'q1', keep: true })).toEqual({ ok: false, refusal });
  const heard = relay.commandsHeard;
  relay.cut();
  await vi.waitFor(() => expect(relay.handshakes).toHaveLength(2), soon);
  await isLive(desk);
  expect([relay.commandsHeard, await draft(desk)]).toEqual([heard, '']);
});

test('a desk that is connected elsewhere while a reply is taken back holds its words and says that it may have been sent', async () => {
  const { relay, desk, dataDir, secrets } = await deskWithQueuedReply();
  relay.onCommand = () => ({ ok: false, refusal: refuse('not_stored') });
  await desk.call('reply.withdraw', { messageId: 'q1', keep: true });
  await desk.core.close();
  // Killed right after the write in which the device changes.
  const identities = openIdentities(dataDir);
  const other = await standInRelay();
  const next = { ...identities.present()!, relayUrl: other.url, deviceId: 'device-2' };
  await signIn(secrets, identities).keep(next, other.token);
  signIn(secrets, identities).change(next);
  const again = await testDesk(dataDir, secrets);
  await isLive(again);
  expect((await again.call('outbox.list', {})).items).toMatchObject([
    {
      conversationId: 'c1',
      kind: 'reply',
      text: 'It is 4,900.',
      state: 'held',
      refusal: { reason: 'unauthorized.cut_off_withdrawing' },
    },
  ]);
  expect([await draft(again), other.commandsHeard]).toEqual(['', 0]);
});

test('words whose conversation is gone by then are held in the outbox', async () => {
  const { relay, desk } = await deskWithQueuedReply();
  relay.onCommand = () => ({ ok: false, refusal: refuse('not_stored') });
  await desk.call('reply.withdraw', { messageId: 'q1', keep: true });
  relay.put({ entity: 'conversation', id: 'c1', document: null });
  await vi.waitFor(async () => expect((await desk.call('inbox.counts', {})).lanes.answer).toBe(0), soon);
  relay.put({ entity: 'message', id: 'q1', document: null });
  await vi.waitFor(
    async () =>
      expect((await desk.call('outbox.list', {})).items).toMatchObject([
        { text: 'It is 4,900.', state: 'held', refusal: { code: 'not_found' } },
      ]),
    soon,
  );
  const told = () =>
    desk.events.flatMap((event) => (event.name === 'session' ? [event.payload.connection.outboxCount] : []));
  await vi.waitFor(
    () => expect([told().at(-1), desk.events.some(({ name }) => name === 'outbox')]).toEqual([1, true]),
    soon,
  );
});
