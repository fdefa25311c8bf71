import {
  type AccountRules,
  areRulesKnown,
  type Conversation,
  dayMs,
  dueOf,
  firstReplyMs,
  hourMs,
  isOpen,
  laneOf,
  minuteMs,
  type ResponseWindow,
  type Urgency,
  windowAt,
} from '@transom/shared';
import { text } from '../text/spoken.ts';
import { age, ago, duration, moment } from './when.ts';

/**
 * The two times of a row. The corner shows the one that orders its lane, so that the column reads from top to bottom: how long somebody has
 * waited for a first reply, how long a window is still open, how old the last message is. The other one is shown below, quietly.
 */
type RowTimes = {
  /** Null where the corner shows the countdown of the window itself. */
  readonly corner: { readonly short: string; readonly long: string; readonly urgency: Urgency } | null;
  readonly below: string;
  /** The moment that the words in the corner or below count to; null where they count nothing by the minute. */
  readonly at: number | null;
};

/** A first reply counts as a little late for this long; after that, amber would say nothing, because nearly every row would have it. */
const lateMs = hourMs;

export function rowTimes(
  conversation: Conversation,
  now: number | null,
  account: AccountRules,
  isConfirmed = true,
): RowTimes {
  const counted = (words: string) => (isConfirmed ? words : text.clock.unconfirmed(words));
  const { lastMessageAt, window } = conversation;
  const wrote = text.due.wrote(ago(theyWroteAt(conversation), now));
  const due = dueOf(conversation, account);
  if (now === null) {
    const isFirst = due?.reason === 'first_reply';
    return { corner: null, below: isFirst ? text.due.firstReplyBy(moment(due.at, null)) : wrote, at: null };
  }
  const last = age(lastMessageAt, now);
  const aged = { short: last, long: text.clock.wroteLong(moment(lastMessageAt, now)), urgency: 'calm' } as const;
  const response = windowAt(window, now, account);
  const isKnown = conversation.erasedAt === null && areRulesKnown(account);
  const windowNow = isKnown ? windowWords(response, now, counted) : text.clock.none;
  const onItsWay = window.comment?.isReplyOnItsWay === true ? text.due.onItsWay : null;

  switch (laneOf(conversation, now, account)) {
    case 'closing':
      return { corner: null, below: onItsWay ?? wrote, at: null };
    case 'answer':
      if (due?.reason === 'first_reply') {
        return {
          corner: firstReply(due.at, now, counted),
          below: onItsWay ?? windowNow,
          at: due.at,
        };
      }
      return { corner: null, below: onItsWay ?? wrote, at: null };
    case 'missed': {
      const closed = text.clock.closedAgo(ago(response.expiresAt ?? lastMessageAt, now));
      return { corner: { short: closed, long: closed, urgency: 'calm' }, below: onItsWay ?? wrote, at: null };
    }
    case 'later': {
      const at = moment(conversation.snoozedUntil ?? lastMessageAt, now);
      const words = { short: text.later.comesBack(at), long: text.later.comesBackLong(at), urgency: 'calm' } as const;
      return { corner: words, below: onItsWay ?? windowNow, at: response.expiresAt };
    }
    case 'unreachable':
      return { corner: aged, below: text.due.unreachable, at: null };
    case 'waiting':
    case 'done':
      return { corner: aged, below: onItsWay ?? windowNow, at: response.expiresAt };
  }
}

/** When they last wrote: our own last message, or a note, does not count. */
function theyWroteAt({ lastMessage, lastMessageAt, unansweredSinceAt, window }: Conversation): number {
  if (lastMessage === null || lastMessage.direction === 'inbound') return lastMessageAt;
  // A window that they opened says when; without one, what has waited since then may be a lost reply of ours.
  return Math.max(window.openedAt ?? 0, window.comment?.at ?? 0) || (unansweredSinceAt ?? lastMessageAt);
}

type Counted = (words: string) => string;

function firstReply(dueAt: number, now: number, counted: Counted): NonNullable<RowTimes['corner']> {
  if (now < dueAt) {
    const left = counted(duration(dueAt - now));
    return { short: text.clock.firstReply(left), long: text.clock.firstReplyLong(left), urgency: 'closing' };
  }
  const since = counted(passed(now - dueAt + firstReplyMs));
  const urgency = now - dueAt < lateMs ? 'closing' : 'calm';
  return { short: text.clock.waits(since), long: text.clock.waitsLong(since), urgency };
}

function windowWords(response: ResponseWindow, now: number, counted: Counted): string {
  if (response.kind === 'none') return text.clock.none;
  if (!isOpen(response) || response.expiresAt === null) return text.due.windowClosed;
  const left = counted(duration(response.expiresAt - now));
  if (response.kind === 'private_reply') return text.due.privateReply(left);
  return response.kind === 'human_agent' ? text.due.pastDay(left) : text.due.window(left);
}

/** How long, without seconds: it is no race. */
function passed(ms: number): string {
  if (ms < hourMs) return text.when.minutes(Math.max(1, Math.floor(ms / minuteMs)));
  return ms < dayMs ? text.when.hours(Math.floor(ms / hourMs)) : text.when.days(Math.floor(ms / dayMs));
}
