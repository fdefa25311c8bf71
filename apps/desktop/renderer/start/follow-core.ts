import type { EventPayload } from '../../contract/contract.ts';
import type { CoreClient } from '../core-client.ts';
import type { DeskStores, Opening } from '../desk.ts';
import { text } from '../text/spoken.ts';
import { sayRefused } from './say-refused.ts';

/** Passes what the core announces to the stores concerned, and rereads everything on each new pipe. */
export function followCore(client: CoreClient, stores: DeskStores, opening: Opening): void {
  const { session, thread, compose, outbox } = stores;
  const readAgain = () => void readEverything(stores, opening).catch(() => undefined);
  client.onLink((isUp) => {
    session.getState().setLinked(isUp);
    if (isUp) readAgain();
  });
  client.on('session', (next) => {
    const wasPaired = session.getState().session?.paired;
    session.getState().apply(next);
    if (next.paired && wasPaired === false) readAgain();
  });
  client.on('accounts', ({ accounts }) => session.getState().applyAccounts(accounts));
  client.on('changes', (changes) => applyChanges(changes, stores, opening));
  client.on('draft', (draft) => compose.getState().told(draft));
  client.on('outbox', ({ items }) => {
    thread.getState().applyOutbox(items);
    outbox.getState().apply(items);
  });
  client.on('refused', sayRefused(stores));
  client.on('reset', readAgain);
  client.on('open', ({ conversationId }) => void opening.open(conversationId));
}

async function readEverything(stores: DeskStores, opening: Opening): Promise<void> {
  const { session, inbox, handoffsList, outbox, thread, compose, view } = stores;
  await session.getState().load();
  if (session.getState().session?.paired !== true) return;
  await Promise.all([
    inbox.getState().load(),
    outbox.getState().load(),
    thread.getState().conversationId === null ? openRemembered(stores, opening) : thread.getState().reload(),
    compose.getState().reload(),
  ]);
  opening.readIfHere();
  handoffsList.getState().show(view.getState().place === 'handoffs');
}

/** Opens what was open before the restart, if it still exists. */
async function openRemembered({ view, thread }: DeskStores, { open, close }: Opening): Promise<void> {
  const { openId } = view.getState();
  if (openId === null) return;
  await open(openId);
  const { conversationId, phase, row } = thread.getState();
  if (conversationId === openId && phase === 'ready' && row === null) close();
}

function applyChanges(
  { rows, messages }: EventPayload<'changes'>,
  { clock, thread, inbox, handoffsList, view }: DeskStores,
  { close, readIfHere }: Opening,
): void {
  clock.getState().catchUp();
  thread.getState().applyMessages(messages);
  const { openId } = view.getState();
  if (openId !== null && rows.gone.includes(openId)) {
    close();
    view.getState().say({ words: () => text.thread.gone });
  }
  const before = thread.getState().row;
  const now = rows.changed.find(({ id }) => id === before?.id);
  if (before?.erasedAt === null && typeof now?.erasedAt === 'number')
    view.getState().say({ words: () => text.thread.erasedNow, conversationId: now.id });
  inbox.getState().apply(rows);
  handoffsList.getState().apply(rows);
  thread.getState().applyRows(rows);
  readIfHere();
}
