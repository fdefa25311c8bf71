import { checkNoteText, checkRights, checkText, refuse, rulesFor } from '@transom/shared';
import type { MethodInput, MethodName, MethodOutput } from '../contract/contract.ts';
import type { DraftTab } from '../contract/views.ts';
import type { Desk, Outcome } from './desk.ts';
import { decideExternal } from './external-links.ts';
import type { WindowNumber } from './eyes.ts';
import { markSeen } from './mark-seen.ts';
import type { HostPorts } from './ports.ts';
import { readThread } from './sync/read-thread.ts';

const done = { ok: true } as const;

export type Answers = {
  [M in MethodName]: (input: MethodInput<M>, window: WindowNumber) => Promise<MethodOutput<M>>;
};

/** What windows may call, answered from the desk. `opened` is called when a window introduces itself. */
export function answerCalls(
  desk: Desk,
  host: HostPorts,
  rowChanged: (conversationId: string) => void,
  opened: () => void,
): Answers {
  const { store, session, outbox, drafts } = desk;

  /** Whether the words may go out is the relay's to say; what it would surely refuse is said before anything is stored. */
  function send(
    kind: DraftTab,
    input: MethodInput<'note.add'> & { readonly commentId?: string; readonly seenMessageId?: string | undefined },
  ): Outcome {
    const { conversationId, clientMessageId, text } = input;
    const person = session.identity()?.person ?? null;
    if (person === null)
      return refused(
        'unauthorized',
        'This computer is not connected to a relay. Connect it first; your text stays here.',
      );
    // Asked again because the answer did not arrive: it is stored, or is a message already.
    if (store.outbox.read(clientMessageId) !== null || store.messages.hasClientMessage(clientMessageId)) return done;
    const row = store.conversations.read(conversationId);
    if (row === null && store.feed.cursor() === null)
      return refused(
        'not_stored',
        'The inbox is still being fetched from the relay. Your text stays here; try again in a moment.',
      );
    if (row === null) return refused('not_found', 'This conversation no longer exists.');
    if (row.erasedAt !== null)
      return refused('recipient_unavailable', 'This person was erased, so nothing can be written here.');
    const { draftRev } = input;
    if (draftRev !== undefined && drafts.wasSentSince({ conversationId, tab: kind }, draftRev))
      return refused(
        'id_reused',
        'Another window on this computer has already sent this draft, so it was not sent a second time.',
      );
    const account = rulesFor(row, store.accounts.rules(row.accountId));
    const barred = checkRights(person) ?? (kind === 'note' ? checkNoteText(text) : checkText(account, text));
    if (barred !== null) return { ok: false, refusal: barred };
    const item = {
      kind,
      conversationId,
      clientMessageId,
      text,
      commentId: input.commentId ?? null,
      seenMessageId: input.seenMessageId ?? null,
      createdAt: desk.now() || Date.now(),
    };
    // A draft that were still there after a restart would be sent a second time, under another id.
    outbox.put(item, () => drafts.sent({ conversationId, tab: kind }, text));
    return done;
  }

  /** Nobody has this id while nobody is signed in. */
  const personId = (): string => session.identity()?.person.id ?? '';

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
    'inbox.counts': async () => {
      const now = desk.now();
      return {
        lanes: store.conversations.countLanes(now),
        handoffs: store.conversations.countHandoffs(personId(), now),
      };
    },
    'inbox.handoffs': async ({ after, limit }) =>
      store.conversations.listHandoffs(personId(), after, limit, desk.now()),
    'clock.get': async () => session.readClock(),
    'window.shows': async ({ conversationId, isActive }, window) => {
      desk.eyes.rest(window, conversationId, isActive);
      if (isActive && conversationId !== null) desk.alerts.seen(conversationId);
      return done;
    },
    'thread.read': async (request) => {
      const page = await readThread(store, desk.askHistory(), request);
      session.tellWaiting();
      return {
        row: store.conversations.read(request.conversationId),
        isComplete: store.feed.cursor() !== null,
        outbox: outbox.list(request.conversationId),
        ...page,
      };
    },
    'thread.seen': async ({ conversationId }) => {
      desk.alerts.seen(conversationId);
      if (markSeen(store, conversationId)) rowChanged(conversationId);
      return done;
    },
    'reply.send': async (input) => send('reply', input),
    'comment.privateReply': async (input) => send('private_reply', input),
    'note.add': async (input) => send('note', input),
    'handoff.claim': ({ conversationId, takeOver }) =>
      desk.command({ kind: 'handoff.claim', conversationId, ...(takeOver === true ? { takeOver } : {}) }),
    'handoff.release': ({ conversationId }) => desk.command({ kind: 'handoff.release', conversationId }),
    'handoff.resolve': ({ conversationId }) => desk.command({ kind: 'handoff.resolve', conversationId }),
    'handoff.reopen': ({ conversationId }) => desk.command({ kind: 'handoff.reopen', conversationId }),
    'reply.withdraw': ({ messageId, keep }) => desk.withdrawals.withdraw(messageId, keep),
    'account.humanAgent': ({ accountId, approved }) =>
      desk.command({ kind: 'account.human_agent', accountId, approved }),
    'message.confirm': ({ messageId, arrived }) => desk.command({ kind: 'message.confirm', messageId, arrived }),
    'draft.get': async ({ conversationId }) => ({ drafts: drafts.of(conversationId) }),
    'draft.put': async (input) => drafts.put(input),
    'outbox.list': async () => ({ items: outbox.list() }),
    'outbox.retry': async ({ clientMessageId, seenMessageId }) => {
      outbox.retry(clientMessageId, seenMessageId ?? null);
      return done;
    },
    'outbox.withdraw': async ({ clientMessageId, keep }) => ({
      isWithdrawn: outbox.withdraw(clientMessageId, (item) => {
        if (!keep) return true;
        if (drafts.isOutOfReach(item.conversationId)) return false;
        drafts.giveBack({ ...item, tab: item.kind }, item.text);
        return true;
      }),
    }),
    'search.find': async ({ text, limit }) => ({ hits: store.search.find(text, limit) }),
    'host.openExternal': async ({ url }) => {
      const decided = decideExternal(url);
      if (!decided.ok) return decided;
      const isOpened = await host.openExternal(decided.url);
      return { ok: true, openHere: isOpened ? null : decided.url };
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
