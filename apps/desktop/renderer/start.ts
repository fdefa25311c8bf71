import { rulesFor } from '@transom/shared';
import type { Session } from '../contract/views.ts';
import { renewClaim } from './composer/renew-claim.ts';
import { type CoreClient, createCoreClient } from './core-client.ts';
import { composerModes } from './desk/composer-state.ts';
import { askSystemAgain } from './desk/formats.ts';
import { createActing, knownRow } from './inbox/acting.ts';
import { surroundingsOf } from './inbox/list-steps.ts';
import { openHere } from './open-here.ts';
import { type Presence, type Shown, watchPresence } from './presence.ts';
import { createClockStore } from './stores/clock.ts';
import { createComposeStore, typed } from './stores/compose.ts';
import { createHandoffsStore } from './stores/handoffs.ts';
import { createHandoffsListStore } from './stores/handoffs-list.ts';
import { createInboxListStore } from './stores/inbox-list.ts';
import { createOutboxStore } from './stores/outbox.ts';
import { createSearchStore } from './stores/search.ts';
import { createSessionStore } from './stores/session.ts';
import { createThreadStore, type FocusPoint } from './stores/thread.ts';
import { actedOn, createViewStore, type Memory } from './stores/view.ts';
import { text } from './text/en.ts';
import { sentence } from './text/sentence.ts';
import { openTransport } from './transport.ts';

/** A key held down passes conversations faster than they can be drawn; the one that it rests on is read after this. */
const restMs = 120;

/** The stores and what happens between them. No store knows another; all wiring is in this file. */
export type Desk = ReturnType<typeof createDesk>;

export function createDesk(
  client: CoreClient,
  memory: Memory,
  monotonicNow: () => number,
  /** Only what is shown while somebody is here is read. */
  { isHere, isWriting }: Pick<Presence, 'isHere' | 'isWriting'>,
) {
  const clock = createClockStore(monotonicNow);
  const session = createSessionStore(client);
  const inbox = createInboxListStore(client, {
    now: () => clock.getState().now ?? clock.getState().atLeast,
    rulesOf: (row) => rulesFor(row, session.getState().accountOf(row.accountId)),
  });
  const thread = createThreadStore(client);
  const compose = createComposeStore(client);
  const search = createSearchStore(client);
  const handoffs = createHandoffsStore(client);
  const handoffsList = createHandoffsListStore(client);
  const outbox = createOutboxStore(client);
  const view = createViewStore(memory);

  const readEverything = async () => {
    await session.getState().load();
    if (session.getState().session?.paired !== true) return;
    await Promise.all([
      inbox.getState().load(),
      outbox.getState().load(),
      thread.getState().conversationId === null ? openRemembered() : thread.getState().reload(),
      compose.getState().reload(),
    ]);
    readIfHere();
    followPlace();
  };
  const askTime = () => {
    clock
      .getState()
      .ask(() => client.call('clock.get', {}))
      .catch(() => undefined);
  };

  /** What was open before the restart, if it still exists. */
  const openRemembered = async () => {
    const { openId } = view.getState();
    if (openId === null) return;
    await open(openId);
    const { conversationId, phase, row } = thread.getState();
    if (conversationId === openId && phase === 'ready' && row === null) close();
  };
  const followPlace = () => handoffsList.getState().show(view.getState().place === 'handoffs');

  const shown: Shown = {
    conversationId: () => {
      const { conversationId, phase } = thread.getState();
      return phase === 'ready' && conversationId === view.getState().openId ? conversationId : null;
    },
    subscribe: (listener) => {
      thread.subscribe(listener);
      view.subscribe(listener);
    },
  };
  const readIfHere = () => {
    if (isHere() && shown.conversationId() !== null) thread.getState().seen();
  };

  let resting: ReturnType<typeof setTimeout> | undefined;

  const open = async (conversationId: string, at: FocusPoint | null = null) => {
    view.getState().setOpen(conversationId);
    await read(conversationId, at);
  };

  const read = async (conversationId: string, at: FocusPoint | null = null) => {
    clearTimeout(resting);
    const known = knownRow(conversationId, { inbox, handoffsList, thread });
    void compose.getState().open(conversationId, known === null ? null : composerModes(known));
    const isFound = await thread.getState().open(conversationId, at);
    if (!isFound) view.getState().say({ text: text.thread.messageNotFound, conversationId });
    readIfHere();
    const row = thread.getState().row;
    const { mode, setMode } = compose.getState();
    if (row !== null && view.getState().openId === conversationId && !composerModes(row).includes(mode)) {
      setMode(composerModes(row)[0] ?? 'reply');
    }
  };

  /** Goes over a conversation on the way to another one: its row is marked at once, its thread is read if one stays. */
  const pass = (conversationId: string) => {
    view.getState().setOpen(conversationId);
    clearTimeout(resting);
    resting = setTimeout(() => void read(conversationId), restMs);
  };

  const close = () => {
    clearTimeout(resting);
    view.getState().setOpen(null);
    void compose.getState().close();
    thread.getState().close();
  };

  client.onLink((isUp) => {
    session.getState().setLinked(isUp);
    if (isUp) readEverything().catch(() => undefined);
  });
  client.on('session', (next) => {
    const wasPaired = session.getState().session?.paired;
    session.getState().apply(next);
    if (next.paired && wasPaired === false) readEverything().catch(() => undefined);
  });
  client.on('accounts', ({ accounts }) => session.getState().applyAccounts(accounts));
  client.on('changes', ({ rows, messages }) => {
    clock.getState().catchUp();
    thread.getState().applyMessages(messages);
    const { openId } = view.getState();
    if (openId !== null && rows.gone.includes(openId)) {
      close();
      view.getState().say({ text: text.thread.gone });
    }
    const before = thread.getState().row;
    const now = rows.changed.find(({ id }) => id === before?.id);
    if (before?.erasedAt === null && typeof now?.erasedAt === 'number')
      view.getState().say({ text: text.thread.erasedNow, conversationId: now.id });
    inbox.getState().apply(rows);
    handoffsList.getState().apply(rows);
    thread.getState().applyRows(rows);
    readIfHere();
  });
  client.on('draft', (draft) => compose.getState().told(draft));
  client.on('outbox', ({ items }) => {
    thread.getState().applyOutbox(items);
    outbox.getState().apply(items);
  });
  client.on('reset', () => void readEverything().catch(() => undefined));
  client.on('open', ({ conversationId }) => void open(conversationId));

  session.subscribe((state, before) => {
    // Each session comes with a time that was true when it was sent, which may be a while ago.
    if (state.session !== null && state.session.clock !== before.session?.clock) askTime();
    // Until when somebody can be answered depends on what Meta granted to the account: rows may stand in another lane now.
    if (before.session !== null && rulesIn(state.session) !== rulesIn(before.session))
      inbox
        .getState()
        .load()
        .catch(() => undefined);
    const isBack = state.session?.connection.relay === 'live' && before.session?.connection.relay !== 'live';
    if (isBack && thread.getState().olderUnreachable)
      thread
        .getState()
        .reload()
        .catch(() => undefined);
  });
  view.subscribe((state, before) => {
    if (state.place !== before.place) followPlace();
    const id = actedOn(state);
    if (id !== actedOn(before) || state.place !== before.place)
      state.setSurroundings(id === null ? null : surroundingsOf(id, { view, inbox, handoffsList }));
  });
  inbox.subscribe((state, before) => {
    if (state.isHeld !== before.isHeld) handoffsList.getState().hold(state.isHeld);
  });
  clock.subscribe(() => inbox.getState().advance());
  thread.subscribe((state, before) => {
    if (state.messages === before.messages || state.phase !== 'ready') return;
    if (state.conversationId === compose.getState().conversationId)
      compose.getState().noteThread(state.messages, session.getState().session?.person?.id ?? null);
  });
  compose.subscribe((state, before) => {
    if (typed(state) !== typed(before) && state.conversationId === before.conversationId)
      renewClaim({ thread, compose, clock, session, handoffs });
  });

  const act = createActing({ view, inbox, handoffsList, handoffs, thread }, { open, close, isWriting });
  const openExternal = async (url: string) => {
    const outcome = await client.call('host.openExternal', { url }).catch(() => null);
    if (outcome === null) view.getState().say({ text: text.notice.notReached });
    else if (!outcome.ok) view.getState().say({ text: sentence(outcome.refusal) });
    else if (outcome.openHere !== null) openHere(document, outcome.openHere);
  };
  const testNotification = async () => {
    const outcome = await client.call('host.testNotification', {}).catch(() => null);
    if (outcome === null) view.getState().say({ text: text.notice.notReached });
    else view.getState().say({ text: outcome.ok ? text.lamp.tested : sentence(outcome.refusal) });
  };

  return {
    client,
    clock,
    session,
    inbox,
    thread,
    compose,
    search,
    handoffs,
    handoffsList,
    outbox,
    view,
    shown,
    readIfHere,
    open,
    pass,
    close,
    act,
    openExternal,
    testNotification,
  };
}

/** What the ends of windows depend on. */
function rulesIn(session: Session | null): string {
  return JSON.stringify(
    session?.accounts.map(({ id, humanAgentApproved, policy }) => [id, humanAgentApproved, policy]),
  );
}

export function startDesk(page: Window): Desk {
  const client = createCoreClient(openTransport(page));
  const presence = watchPresence(page);
  const desk = createDesk(client, page.localStorage, () => performance.now(), presence);
  presence.follow(client, desk.shown, desk.readIfHere);
  page.document.addEventListener('visibilitychange', () => {
    const isVisible = page.document.visibilityState === 'visible';
    desk.clock.getState().setVisible(isVisible);
    if (!isVisible) void desk.compose.getState().flush();
  });
  page.addEventListener('languagechange', askSystemAgain);
  page.addEventListener('pagehide', () => void desk.compose.getState().flush());
  const applyTheme = () => {
    page.document.documentElement.dataset['theme'] = desk.view.getState().theme;
  };
  applyTheme();
  desk.view.subscribe(applyTheme);
  return desk;
}
