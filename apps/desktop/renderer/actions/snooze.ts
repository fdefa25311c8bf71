import { checkRole, claimHolder, type Refusal, refuse } from '@transom/shared';
import type { Desk } from '../desk.ts';
import { shortName, whoIs } from '../display/contact-name.ts';
import { momentAt } from '../display/when.ts';
import { actedOn } from '../stores/view.ts';
import { sentence } from '../text/sentence.ts';
import { text, type Words } from '../text/spoken.ts';
import { knownRow } from './known-row.ts';
import { nextAfter } from './list-steps.ts';

/** Whether a conversation can be put off: one that is done waits for nothing. */
export function mayWait(desk: Desk, conversationId: string | null): boolean {
  const row = conversationId === null ? null : knownRow(conversationId, desk);
  return row !== null && row.state !== 'done' && row.erasedAt === null;
}

export function isPutOff(desk: Desk, conversationId: string | null): boolean {
  const until = conversationId === null ? null : knownRow(conversationId, desk)?.snoozedUntil;
  return typeof until === 'number' && until > (desk.clock.getState().now ?? 0);
}

/** Opens the choice of times. Somebody who may not put off is told so now: a choice would only be refused. */
export function askUntilWhen(desk: Desk, conversationId: string | null): void {
  const barred = barredFrom(desk, conversationId);
  if (barred === null) desk.view.getState().setDialog('later');
  else desk.view.getState().say({ words: () => sentence(barred), conversationId, action: null });
}

function barredFrom(desk: Desk, conversationId: string | null): Refusal | null {
  const person = desk.session.getState().session?.person ?? null;
  const row = conversationId === null ? null : knownRow(conversationId, desk);
  if (person === null || row === null) return null;
  const holder = claimHolder(row.handoff, desk.clock.getState().now ?? 0);
  const isOthers = holder !== null && holder.id !== person.id;
  return (
    checkRole(person, 'conversation.snooze') ?? (isOthers ? refuse('claimed_by_other.by', { name: holder.name }) : null)
  );
}

/**
 * Puts a conversation off until `until` (ms since 1970); null brings it back. The core answers once this is on disk, and tells the relay
 * when it can be reached. The next conversation takes its place, and for a moment this can be undone.
 */
export async function snooze(desk: Desk, conversationId: string, until: number | null): Promise<void> {
  const row = knownRow(conversationId, desk);
  const next = until === null ? null : nextAfter(conversationId, row, desk);
  const { view, clock, client } = desk;
  const say = (words: Words, isUndoable = false) =>
    view.getState().say({
      words,
      conversationId,
      action: isUndoable ? { label: () => text.notice.undo, run: () => void snooze(desk, conversationId, null) } : null,
    });
  try {
    const seenMessageId = row?.lastMessage?.id;
    const outcome = await client.call('conversation.snooze', { conversationId, until, seenMessageId });
    if (!outcome.ok) {
      const { refusal } = outcome;
      return say(() => sentence(refusal));
    }
  } catch {
    return say(() => text.notice.notReached);
  }
  const name = row === null ? '' : shortName(whoIs(row));
  if (until === null) return say(() => text.later.back(name));
  if (actedOn(view.getState()) === conversationId) goOn(desk, next);
  say(() => text.later.putOff(name, momentAt(until, clock.getState().now)), true);
}

function goOn(desk: Desk, next: string | null): void {
  const { view } = desk;
  if (view.getState().openId === null) view.getState().setCursor(next);
  else if (next === null) desk.close();
  else void desk.open(next);
}
