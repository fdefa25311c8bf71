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
  /** Whether somebody is typing: the field is not taken away from under them. */
  isWriting(): boolean;
};

/**
 * What follows an action on a conversation: a refusal is told, and what was finished makes room for the next one and can be
 * taken back for a moment, because one key is quickly pressed and an unanswered buyer must not be lost by it.
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

  /** Whoever chooses where to be while an answer is under way is not called away by it. */
  const watchChoices = (): (() => boolean) => {
    const here = actedOn(view.getState());
    const { choices } = view.getState();
    return () => actedOn(view.getState()) === here && view.getState().choices === choices;
  };

  let offered: Notice | null = null;
  /** While another one is being done, Undo would be about the one before. */
  const endOffer = () => {
    if (offered !== null && view.getState().notice === offered) view.getState().say(null);
  };

  const askFor = async (action: HandoffAction, conversationId: string): Promise<Outcome> => {
    // What is under way already is expected already.
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
    // Pressed twice, it was meant once.
    if (action === 'resolve' && row?.state === 'done') return;
    const next = action === 'resolve' ? nextAfter(conversationId, row, stores) : null;
    const isStillHere = watchChoices();
    if (action === 'resolve') endOffer();
    const outcome = await askFor(action, conversationId);
    if (outcome.kind !== 'done') return;
    // In place of "Done, undo?", which is no question about what was opened again.
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

/** An unanswered buyer must not be lost by one key, and a reply that still waits goes out all the same. */
function doneWords(row: Row | null): string {
  if (row === null) return text.handoffs.done(null);
  const name = shortName(whoIs(row));
  const isWaiting = row.lastMessage?.direction === 'outbound' && row.lastMessage.state === 'queued';
  if (isWaiting) return text.handoffs.doneWaiting(name);
  return row.state === 'needs_answer' ? text.handoffs.doneUnanswered(name) : text.handoffs.done(name);
}
