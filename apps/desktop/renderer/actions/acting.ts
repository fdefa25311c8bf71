import type { Row } from '../../contract/views.ts';
import type { DeskStores } from '../desk.ts';
import { shortName, whoIs } from '../display/contact-name.ts';
import type { HandoffAction, Outcome } from '../stores/handoffs.ts';
import { actedOn, type Notice } from '../stores/view.ts';
import { text } from '../text/spoken.ts';
import { knownRow } from './known-row.ts';
import { nextAfter } from './list-steps.ts';

type ActingStores = Pick<DeskStores, 'view' | 'inbox' | 'handoffsList' | 'handoffs' | 'thread'>;
type Moves = {
  open(conversationId: string): Promise<void>;
  close(): void;
  /** True while somebody is typing: their field must not be taken away. */
  isWriting(): boolean;
};

/**
 * What follows an action on a conversation: a refusal is shown; a finished conversation makes room for the next one and can be reopened for
 * a moment, because a key is easily pressed by mistake and must not lose an unanswered buyer.
 */
export function createActing(stores: ActingStores, { open, close, isWriting }: Moves) {
  const { view, inbox, handoffs } = stores;

  const rowOf = (id: string): Row | null => knownRow(id, stores);

  const goTo = (id: string | null) => {
    if (isWriting()) return;
    if (view.getState().openId === null) view.getState().setCursor(id);
    else if (id === null) close();
    else void open(id);
  };

  /** Returns a check whether the person is still where they were: an answer must not pull away somebody who has moved on meanwhile. */
  const watchChoices = (): (() => boolean) => {
    const here = actedOn(view.getState());
    const { choices } = view.getState();
    return () => actedOn(view.getState()) === here && view.getState().choices === choices;
  };

  let offered: Notice | null = null;
  /** While another conversation is being resolved, Undo would still be about the one before. */
  const endOffer = () => {
    if (offered !== null && view.getState().notice === offered) view.getState().say(null);
  };

  const askFor = async (action: HandoffAction, conversationId: string): Promise<Outcome> => {
    // An action already in flight is already expected.
    if (handoffs.getState().busy.has(conversationId)) return { kind: 'ignored' };
    const giveUp = inbox.getState().expect(conversationId);
    const outcome = await handoffs.getState().act(action, conversationId);
    if (outcome.kind === 'refused') {
      giveUp();
      view.getState().say({ words: outcome.reason, conversationId });
    }
    return outcome;
  };

  const act = async (action: HandoffAction, conversationId: string): Promise<void> => {
    const row = rowOf(conversationId);
    // A double press is meant once.
    if (action === 'resolve' && row?.state === 'done') return;
    const next = action === 'resolve' ? nextAfter(conversationId, row, stores) : null;
    const isStillHere = watchChoices();
    if (action === 'resolve') endOffer();
    const outcome = await askFor(action, conversationId);
    if (outcome.kind !== 'done') return;
    // Replaces "Done, undo?", which makes no sense for a conversation that was reopened.
    if (action === 'reopen')
      view
        .getState()
        .say({ words: () => text.handoffs.reopened(row === null ? null : shortName(whoIs(row))), conversationId });
    if (action !== 'resolve') return;
    if (actedOn(view.getState()) === conversationId && isStillHere()) goTo(next);
    const undo = { label: () => text.notice.undo, run: () => void takeBack(conversationId) };
    view.getState().say({ words: () => doneWords(row), conversationId, action: undo });
    offered = view.getState().notice;
  };

  const takeBack = async (conversationId: string) => {
    const isStillHere = watchChoices();
    const outcome = await askFor('reopen', conversationId);
    if (outcome.kind === 'done' && isStillHere()) goTo(conversationId);
  };

  return act;
}

/** Points out a buyer who is still unanswered, and a reply that is still queued and will be sent all the same. */
function doneWords(row: Row | null): string {
  if (row === null) return text.handoffs.done(null);
  const name = shortName(whoIs(row));
  const isWaiting = row.lastMessage?.direction === 'outbound' && row.lastMessage.state === 'queued';
  if (isWaiting) return text.handoffs.doneWaiting(name);
  return row.state === 'needs_answer' ? text.handoffs.doneUnanswered(name) : text.handoffs.done(name);
}
