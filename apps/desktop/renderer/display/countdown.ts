import {
  type AccountRules,
  areRulesKnown,
  type Conversation,
  directWindowMs,
  hourMs,
  humanAgentWindowMs,
  minuteMs,
  secondMs,
  urgencyOf,
  windowAt,
} from '@transom/shared';
import { text } from '../text/spoken.ts';
import { duration, moment, momentAt } from './when.ts';

/**
 * How a response window looks at a moment. `unknown` is shown while the relay's time is not known: then the absolute end is shown and
 * nothing is counted, because this computer's own clock may be wrong.
 */
export type CountdownState =
  | 'calm'
  | 'closing'
  | 'urgent'
  | 'extended'
  | 'private_reply'
  | 'closed'
  | 'none'
  | 'unknown';
export type Countdown = {
  readonly state: CountdownState;
  /** As short as a row needs it. */
  readonly short: string;
  /** A sentence for the header, the tooltip and screen readers. */
  readonly long: string;
  /** How much of the window is left, 0 to 1. */
  readonly fraction: number;
  readonly expiresAt: number | null;
};

type Windowed = Pick<Conversation, 'window' | 'erasedAt'> & Partial<Pick<Conversation, 'lastMessage' | 'channel'>>;

export function countdownOf(
  windowed: Windowed,
  now: number | null,
  account: AccountRules,
  name: string,
  atLeast: number | null = null,
): Countdown {
  const { window, erasedAt, lastMessage } = windowed;
  if (erasedAt !== null) return none(text.clock.erasedLong);
  if (!areRulesKnown(account)) return none(text.update.channel);
  if (now === null) {
    // It is at least as late as the last known time, and no clock is needed to show when a window that was open then ends.
    const since = Math.max(window.openedAt ?? 0, window.comment?.at ?? 0, atLeast ?? 0);
    const then = countdownOf(windowed, since, account, name);
    return then.state === 'closed' || then.expiresAt === null ? then : untrusted(then.expiresAt);
  }
  const { kind, expiresAt } = windowAt(window, now, account);
  if (kind === 'none' || expiresAt === null) return none(text.clock.noneLong(name));
  if (window.comment?.isReplyOnItsWay === true && (kind === 'closed' || kind === 'private_reply')) {
    return { ...none(text.clock.onItsWayLong), short: text.clock.onItsWay };
  }
  if (kind === 'closed') return closed(expiresAt, now, name, lastMessage?.direction === 'inbound');
  const leftMs = expiresAt - now;
  const left = duration(leftMs);
  const until = moment(expiresAt, now);
  if (kind === 'human_agent') {
    return {
      state: 'extended',
      short: left,
      long: text.clock.extendedLong(left, until),
      fraction: leftMs / (humanAgentWindowMs(account) ?? leftMs),
      expiresAt,
    };
  }
  if (kind === 'private_reply') {
    const urgency = urgencyOf(leftMs);
    return {
      state: urgency === 'calm' ? 'private_reply' : urgency,
      short: left,
      long: text.clock.privateReplyLong(left),
      fraction: leftMs / (expiresAt - (window.comment?.at ?? now)),
      expiresAt,
    };
  }
  return {
    state: urgencyOf(leftMs),
    short: left,
    long: text.clock.openLong(until, name),
    fraction: leftMs / directWindowMs(window, account),
    expiresAt,
  };
}

function closed(expiresAt: number, now: number, name: string, didWriteLast: boolean): Countdown {
  return {
    state: 'closed',
    short: text.clock.closed,
    // If they wrote last, "when they write" would read as if they had not.
    long: didWriteLast ? text.clock.closedAgainLong(name) : text.clock.closedLong(name, momentAt(expiresAt, now)),
    fraction: 0,
    expiresAt,
  };
}

/** The same while the relay is out of reach: its time is only extrapolated, and the words say so. */
export function countedOn(countdown: Countdown): Countdown {
  if (countdown.expiresAt === null || countdown.state === 'closed' || countdown.state === 'unknown') return countdown;
  return {
    ...countdown,
    short: text.clock.unconfirmed(countdown.short),
    long: text.clock.unconfirmedLong(countdown.long),
  };
}

function untrusted(endsAt: number): Countdown {
  const until = moment(endsAt, null);
  return {
    state: 'unknown',
    short: text.clock.closesShort(until),
    long: text.clock.closesLong(until),
    fraction: 0,
    expiresAt: endsAt,
  };
}

const none = (long: string): Countdown => ({
  state: 'none',
  short: text.clock.none,
  long,
  fraction: 0,
  expiresAt: null,
});

/** Below this a countdown shows seconds. */
const secondsBelowMs = 10 * minuteMs;

/** How long until the text of a countdown changes: just below whole minutes, in the last ten minutes just below whole seconds. */
export function nextChangeMs(leftMs: number): number {
  if (leftMs <= 0) return hourMs;
  const step = leftMs > secondsBelowMs ? minuteMs : secondMs;
  return (leftMs % step) + 1;
}
