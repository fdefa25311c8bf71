import { checkRights, checkText, refuse } from '@transom/shared';
import type { CoreFunctions } from '../contract/contract.ts';
import type { OutboxKind } from './cache/queries/outbox.ts';
import type { Desk, Outcome } from './desk.ts';
import { decideExternal } from './external-links.ts';
import type { HostPorts } from './ports.ts';
import { readThread } from './sync/read-thread.ts';

const done = { ok: true } as const;

/** What windows may call, answered from the desk. `opened` is called when a window introduces itself. */
export function answerCalls(
  desk: Desk,
  host: HostPorts,
  rowChanged: (conversationId: string) => void,
  opened: () => void,
): CoreFunctions {
  const { store, session, outbox } = desk;

  /** Whether the words may go out is the relay's to say; what it would surely refuse is said before anything is stored. */
  function send(
    kind: OutboxKind,
    input: { conversationId: string; clientMessageId: string; text: string; commentId?: string },
  ): Outcome {
    const { conversationId, clientMessageId, text } = input;
    const person = session.identity()?.person ?? null;
    if (person === null)
      return refused(
        'unauthorized',
        'This computer is not connected to a relay. Connect it first; your text stays here.',
      );
    const row = store.conversations.read(conversationId);
    if (row === null && store.feed.cursor() === null)
      return refused(
        'not_stored',
        'The inbox is still being fetched from the relay. Your text stays here; try again in a moment.',
      );
    if (row === null) return refused('not_found', 'This conversation no longer exists.');
    if (row.erasedAt !== null)
      return refused('recipient_unavailable', 'This person was erased, so nothing can be written here.');
    if (!/^[\w-]{1,100}$/.test(clientMessageId)) return refused('invalid_request', 'The message has no usable id.');
    const barred = checkRights(person) ?? checkText({ channel: kind === 'note' ? 'internal' : row.channel }, text);
    if (barred !== null) return { ok: false, refusal: barred };
    outbox.put({
      kind,
      conversationId,
      clientMessageId,
      text,
      commentId: input.commentId ?? null,
      createdAt: desk.now() || Date.now(),
    });
    if (store.local.draft(conversationId) === text) store.local.putDraft(conversationId, '');
    return done;
  }

  return {
    'session.get': async () => {
      setImmediate(opened);
      return session.read();
    },
    'session.pair': (request) => desk.pair(request),
    'session.forget': async () => {
      desk.forget();
      return done;
    },
    'inbox.list': async ({ lane, after, limit }) => store.conversations.listLane(lane, after, limit, desk.now()),
    'inbox.counts': async () => store.conversations.countLanes(desk.now()),
    'thread.read': async (request) => {
      const page = await readThread(store, desk.askHistory(), request);
      return {
        row: store.conversations.read(request.conversationId),
        outbox: outbox.list(request.conversationId),
        ...page,
      };
    },
    'thread.seen': async ({ conversationId }) => {
      const row = store.conversations.read(conversationId);
      desk.alerts.seen(conversationId);
      if (row?.unread === true) {
        store.local.markSeen(conversationId, row.lastMessageAt);
        rowChanged(conversationId);
      }
      return done;
    },
    'reply.send': async (input) => send('reply', input),
    'comment.privateReply': async (input) => send('private_reply', input),
    'note.add': async (input) => send('note', input),
    'handoff.claim': ({ conversationId }) => desk.command({ kind: 'handoff.claim', conversationId }),
    'handoff.release': ({ conversationId }) => desk.command({ kind: 'handoff.release', conversationId }),
    'handoff.resolve': ({ conversationId }) => desk.command({ kind: 'handoff.resolve', conversationId }),
    'message.confirm': ({ messageId, arrived }) => desk.command({ kind: 'message.confirm', messageId, arrived }),
    'draft.get': async ({ conversationId }) => ({ text: store.local.draft(conversationId) }),
    'draft.put': async ({ conversationId, text }) => {
      // A window that was still open must not bring back what was written to somebody who was erased.
      const isErased = typeof store.conversations.read(conversationId)?.erasedAt === 'number';
      store.local.putDraft(conversationId, isErased ? '' : text);
      return done;
    },
    'outbox.list': async () => ({ items: outbox.list() }),
    'outbox.retry': async ({ clientMessageId }) => {
      outbox.retry(clientMessageId);
      return done;
    },
    'outbox.withdraw': async ({ clientMessageId }) => ({ text: outbox.withdraw(clientMessageId) }),
    'search.find': async ({ text, limit }) => ({ hits: store.search.find(text, limit) }),
    'host.openExternal': async ({ url }) => {
      const decided = decideExternal(url);
      if (!decided.ok) return decided;
      await host.openExternal(decided.url);
      return done;
    },
    'host.testNotification': async () => {
      const result = await host.notify({
        id: 'test',
        conversationId: null,
        title: 'Transom',
        body: 'This is how an alert looks.',
        urgent: false,
      });
      return result.ok ? done : refused('not_configured', result.detail);
    },
  };
}

function refused(code: Parameters<typeof refuse>[0], detail: string): Outcome {
  return { ok: false, refusal: refuse(code, detail) };
}
