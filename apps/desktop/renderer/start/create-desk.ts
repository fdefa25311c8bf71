import { createActing } from '../actions/acting.ts';
import type { CoreClient } from '../core-client.ts';
import type { Desk } from '../desk.ts';
import { createFocusTargets } from '../focus/focus-targets.ts';
import type { Presence } from '../presence.ts';
import type { Memory } from '../stores/view.ts';
import { createDeskStores } from './desk-stores.ts';
import { createErrands } from './errands.ts';
import { followCore } from './follow-core.ts';
import { followStores } from './follow-stores.ts';
import { createOpening } from './opening.ts';

/** The stores of one window and what happens between them; all wiring is in this folder. */
export function createDesk(
  client: CoreClient,
  memory: Memory,
  monotonicNow: () => number,
  { isHere }: Pick<Presence, 'isHere'>,
): Desk {
  const stores = createDeskStores(client, memory, monotonicNow);
  const focus = createFocusTargets();
  const opening = createOpening(stores, isHere);
  followCore(client, stores, opening);
  followStores(client, stores);
  const isWriting = () => focus.isActive('composer');
  const act = createActing(stores, { ...opening, isWriting });
  return { client, focus, act, ...stores, ...opening, ...createErrands(client, stores) };
}
