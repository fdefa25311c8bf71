import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command, CommandAnswer, CommandEnvelope } from '@transom/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { playBack } from '../build/record/playback.ts';
import { readRecording } from '../build/record/read.ts';
import { root } from '../build/root.ts';
import { connectDesk, type DeskClient } from '../build/stack/desk-client.ts';
import { type Running, start } from '../build/stack/process.ts';
import { until } from '../build/stack/until.ts';
import { byId, contentsOf, heldThen } from './older/desk-contents.ts';
import { frozenVersions } from './older/frozen.ts';

/** The current desk at a relay that says, word for word, what a relay of an older version said. */
describe.each(frozenVersions)('version %i', (version) => {
  const recording = readRecording(version);
  let dataDir: string;
  let relay: Awaited<ReturnType<typeof playBack>>;
  let host: Running<{ url: string }>;
  let desk: DeskClient;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'transom-older-relay-'));
    relay = await playBack(recording, 'dana');
    host = await start({
      name: 'desk',
      script: join(root, 'apps/desktop/hosts/browser/main.ts'),
      args: ['--data', dataDir, '--port', '0', '--json', '--relay', relay.url, '--pair-code', 'CODE', '--name', 'Dana'],
    });
    desk = await connectDesk(host.ready.url);
  });
  afterAll(async () => {
    desk?.close();
    await host?.stop();
    await relay?.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  test('it resumes from the recorded cursor, and is live', async () => {
    await until(
      'both connections are played',
      async () => relay.played() === relay.connections.length || undefined,
      40_000,
    );
    const { connection, agency, person } = await until('the desk is live', async () => {
      const session = await desk.call('session.get', {});
      return session.connection.relay === 'live' ? session : undefined;
    });
    expect(connection.reason).toBeNull();
    expect({ agency, person }).toMatchObject({ agency: { plan: 'pro' }, person: { name: 'Dana', role: 'owner' } });
    expect(relay.handshakes).toMatchObject([{ cursor: null }, { cursor: recording.authOf('dana 2').cursor }]);
  });

  test('it holds what the recorded desk held', async () => {
    const then = heldThen(recording);
    const { rows, messages } = await contentsOf(desk);
    expect(byId(rows)).toMatchObject(byId(then.documents('conversation')));
    expect(byId(messages)).toMatchObject(byId(then.documents('message')));
    const { accounts } = await desk.call('session.get', {});
    expect(byId(accounts)).toMatchObject(byId(then.documents('account')));
  });

  test('every recorded command is settled as it was: an accepted one is a message, a refused one is held with the reason', async () => {
    const messages = heldThen(recording).documents('message');
    const left: unknown[] = [];
    for (const { event, args, answer } of relay.asked) {
      if (event !== 'command') continue;
      const { id, command } = args[0] as CommandEnvelope;
      const then = answer[0] as CommandAnswer;
      // It was about messages that are gone, or in flight, by now.
      if (command.kind === 'reply.withdraw') continue;
      const outcome = await give(id, command);
      if (!('text' in command)) {
        expect(outcome).toMatchObject(then.ok ? { ok: true } : { ok: false, refusal: { code: then.refusal.code } });
        continue;
      }
      expect(outcome, command.text).toEqual({ ok: true });
      if (!then.ok) left.push([id, 'held', then.refusal.code]);
      // The connection broke between the answer and the message: it stays visible until its message arrives.
      else if (!messages.some(({ clientMessageId }) => clientMessageId === id)) left.push([id, 'sending', null]);
    }
    expect(left.map((item) => (item as string[])[1])).toContain('sending');
    async function outbox(): Promise<unknown[]> {
      const { items } = await desk.call('outbox.list', {});
      return items
        .map(({ clientMessageId, state, refusal }) => [clientMessageId, state, refusal?.code ?? null])
        .toSorted();
    }
    await expect.poll(outbox, { timeout: 20_000 }).toEqual(left.toSorted());
  });

  /** As a window does it. What has words goes through the outbox, under the recorded id. */
  function give(clientMessageId: string, command: Command): Promise<unknown> {
    switch (command.kind) {
      case 'reply.send':
      case 'note.add':
        return desk.call(command.kind, {
          conversationId: command.conversationId,
          clientMessageId,
          ...wordsOf(command),
        });
      case 'comment.private_reply': {
        const comment = heldThen(recording)
          .documents('message')
          .find(({ id }) => id === command.commentId);
        const conversationId = String(comment?.['conversationId']);
        return desk.call('comment.private_reply', {
          ...{ conversationId, clientMessageId },
          commentId: command.commentId,
          ...wordsOf(command),
        });
      }
      case 'message.confirm':
        return desk.call(command.kind, { messageId: command.messageId, arrived: command.arrived });
      case 'handoff.claim':
        return desk.call(
          command.kind,
          command.takeOver === true
            ? { conversationId: command.conversationId, takeOver: true }
            : { conversationId: command.conversationId },
        );
      case 'handoff.release':
      case 'handoff.resolve':
      case 'handoff.reopen':
        return desk.call(command.kind, { conversationId: command.conversationId });
      case 'account.human_agent':
        return desk.call('account.human_agent', { accountId: command.accountId, approved: command.approved });
      case 'reply.withdraw':
      case 'conversation.snooze':
      case 'partner.end_grant':
        throw new Error('Nothing is taken back here.');
    }
  }
});

/** The words, and what their author had seen. */
function wordsOf(command: { readonly text: string; readonly seenMessageId?: string | undefined }) {
  const { text, seenMessageId } = command;
  return seenMessageId === undefined ? { text } : { text, seenMessageId };
}
