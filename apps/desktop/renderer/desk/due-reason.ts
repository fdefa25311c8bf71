import { type Conversation, dayMs, dueOf, hourMs, laneOf, minuteMs } from '@transom/shared';
import { text } from '../text/en.ts';
import { age, duration, moment } from './when.ts';

/** Why a row stands where it stands, in words; where nobody can be answered any more or nobody waits, how old it is. */
export function rowReason(conversation: Conversation, now: number | null, humanAgentApproved: boolean): RowReason {
  const due = dueOf(conversation);
  if (due === null) return { text: age(conversation.lastMessageAt, now), isOverdue: false, at: null };
  if (now === null) return { text: text.due[due.reason].at(moment(due.at, null)), isOverdue: false, at: null };
  if (laneOf(conversation, now, humanAgentApproved) === 'missed') {
    return { text: text.due.missed(age(conversation.lastMessageAt, now)), isOverdue: false, at: null };
  }
  if (now < due.at) return { text: text.due[due.reason].left(duration(due.at - now)), isOverdue: false, at: due.at };
  return { text: text.due[due.reason].overdue(lateness(now - due.at)), isOverdue: true, at: due.at };
}

/** `at`: the moment that the words count to, null where they count nothing. */
export type RowReason = { readonly text: string; readonly isOverdue: boolean; readonly at: number | null };

/** How late, without seconds: it is a reproach, not a race. */
function lateness(ms: number): string {
  if (ms < hourMs) return text.when.minutes(Math.max(1, Math.floor(ms / minuteMs)));
  return ms < dayMs ? text.when.hours(Math.floor(ms / hourMs)) : text.when.days(Math.floor(ms / dayMs));
}
