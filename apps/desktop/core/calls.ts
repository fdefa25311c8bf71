import type { MethodInput, MethodName, MethodOutput } from '../contract/contract.ts';
import { answerCommands } from './command-calls.ts';
import type { Desk } from './desk.ts';
import { decideExternal } from './external-links.ts';
import type { WindowNumber } from './eyes.ts';
import { markSeen } from './mark-seen.ts';
import type { HostPorts } from './ports.ts';
import { readThread } from './sync/read-thread.ts';

const done = { ok: true } as const;

export type Answers = {
  [M in MethodName]: (input: MethodInput<M>, window: WindowNumber) => Promise<MethodOutput<M>>;
};

/** What windows may call, answered from the desk. `opened` is called when a window asks for the session. */
export function answerCalls(
  desk: Desk,
  host: HostPorts,
  rowChanged: (conversationId: string) => void,
  opened: () => void,
): Answers {
  const { store, session, outbox, drafts } = desk;

  /** While nobody is signed in, an id that nobody has. */
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
    ...answerCommands(desk),
    'reply.withdraw': ({ messageId, keep }) => desk.withdrawals.withdraw(messageId, keep),
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
        if (item.words !== null) drafts.giveBack({ ...item, tab: item.words.tab }, item.words.text);
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
        said: { kind: 'test' },
        urgent: false,
      });
      return result.ok ? done : result;
    },
  };
}
