import { dueOf, type Conversation } from '@transom/shared';
import { text } from '../text/en.ts';
import { duration, moment } from './when.ts';

/** Why a row stands where it stands, in words; null when nobody waits for us. */
export function dueReason(conversation: Conversation, now: number | null): { readonly text: string; readonly isOverdue: boolean } | null {
  const due = dueOf(conversation);
  if (due === null) return null;
  if (now === null) return { text: text.due[due.reason].at(moment(due.at, null)), isOverdue: false };
  const isOverdue = now >= due.at;
  if (!isOverdue) return { text: text.due[due.reason].left(duration(due.at - now)), isOverdue };
  return { text: text.due[due.reason].overdue(duration(now - due.at)), isOverdue };
}
