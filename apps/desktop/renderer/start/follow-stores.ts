import type { Session } from '../../contract/views.ts';
import { surroundingsOf } from '../actions/list-steps.ts';
import type { CoreClient } from '../core-client.ts';
import type { DeskStores } from '../desk.ts';
import { typed } from '../stores/compose-state.ts';
import { actedOn } from '../stores/view.ts';
import { renewClaim } from './renew-claim.ts';

/** What a change in one store means for another. No store knows another. */
export function followStores(client: CoreClient, stores: DeskStores): void {
  const { clock, inbox, handoffsList } = stores;
  followSession(client, stores);
  followPlace(stores);
  inbox.subscribe((state, before) => {
    if (state.isHeld !== before.isHeld) handoffsList.getState().hold(state.isHeld);
    // Time alone brings handoffs back from Later.
    if (state.handoffs !== before.handoffs) handoffsList.getState().apply({ changed: [], gone: [] });
  });
  clock.subscribe(() => inbox.getState().advance());
  followWriting(stores);
}

function followSession(client: CoreClient, { session, clock, inbox, thread }: DeskStores): void {
  const ignored = () => undefined;
  session.subscribe((state, before) => {
    // Each session comes with a time that was true when it was sent, which may be a while ago.
    if (state.session !== null && state.session.clock !== before.session?.clock)
      clock
        .getState()
        .ask(() => client.call('clock.get', {}))
        .catch(ignored);
    // How long somebody can be answered depends on what Meta granted to the account: rows may belong in another lane now.
    if (before.session !== null && rulesIn(state.session) !== rulesIn(before.session))
      inbox.getState().load().catch(ignored);
    const isBack = state.session?.connection.relay === 'live' && before.session?.connection.relay !== 'live';
    if (isBack && thread.getState().olderUnreachable) thread.getState().reload().catch(ignored);
  });
}

/** What the ends of response windows depend on. */
function rulesIn(session: Session | null): string {
  return JSON.stringify(
    session?.accounts.map(({ id, humanAgentApproved, policy }) => [id, humanAgentApproved, policy]),
  );
}

function followPlace(stores: DeskStores): void {
  const { view, handoffsList } = stores;
  view.subscribe((state, before) => {
    if (state.place !== before.place) handoffsList.getState().show(state.place === 'handoffs');
    const id = actedOn(state);
    if (id !== actedOn(before) || state.place !== before.place)
      state.setSurroundings(id === null ? null : surroundingsOf(id, stores));
  });
}

function followWriting(stores: DeskStores): void {
  const { thread, compose, session } = stores;
  thread.subscribe((state, before) => {
    if (state.messages === before.messages || state.phase !== 'ready') return;
    if (state.conversationId === compose.getState().conversationId)
      compose.getState().noteThread(state.messages, session.getState().session?.person?.id ?? null);
  });
  compose.subscribe((state, before) => {
    if (typed(state) !== typed(before) && state.conversationId === before.conversationId) renewClaim(stores);
  });
}
