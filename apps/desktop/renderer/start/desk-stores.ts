import { rulesFor } from '@transom/shared';
import type { CoreClient } from '../core-client.ts';
import type { DeskStores } from '../desk.ts';
import { createClockStore } from '../stores/clock.ts';
import { createComposeStore } from '../stores/compose.ts';
import { createHandoffsStore } from '../stores/handoffs.ts';
import { createHandoffsListStore } from '../stores/handoffs-list.ts';
import { createInboxListStore } from '../stores/inbox-list.ts';
import { createOutboxStore } from '../stores/outbox.ts';
import { createSearchStore } from '../stores/search.ts';
import { createSessionStore } from '../stores/session.ts';
import { createThreadStore } from '../stores/thread.ts';
import { createViewStore, type Memory } from '../stores/view.ts';

export function createDeskStores(client: CoreClient, memory: Memory, monotonicNow: () => number): DeskStores {
  const clock = createClockStore(monotonicNow);
  const session = createSessionStore(client);
  return {
    clock,
    session,
    inbox: createInboxListStore(client, {
      now: () => clock.getState().now ?? clock.getState().atLeast,
      rulesOf: (row) => rulesFor(row, session.getState().accountOf(row.accountId)),
    }),
    thread: createThreadStore(client),
    compose: createComposeStore(client),
    search: createSearchStore(client),
    handoffs: createHandoffsStore(client),
    handoffsList: createHandoffsListStore(client),
    outbox: createOutboxStore(client),
    view: createViewStore(memory),
  };
}
