import { rulesFor, type Urgency } from '@transom/shared';
import { CircleDashed, Lock, MessageCircle, Minus, UserRound } from 'lucide-react';
import { useShallow } from 'zustand/react/shallow';
import type { Row } from '../../contract/views.ts';
import { useClock, useSession, useWatched } from '../desk-context.tsx';
import { shortName, whoIs } from '../display/contact-name.ts';
import { type CountdownState, countdownOf, countedOn } from '../display/countdown.ts';
import { text } from '../text/spoken.ts';
import css from './countdown.module.css';

/**
 * The response window of a row in words; redrawn only when what it shows changes. While the relay is out of reach its time is only
 * extrapolated, and the words say so.
 */
export function useCountdown(row: Row) {
  const isConfirmed = useIsConfirmed();
  const account = useSession((state) => state.accountOf(row.accountId));
  const name = shortName(whoIs(row));
  const countdown = useClock(
    useShallow((state) => {
      const told = countdownOf(row, state.now, rulesFor(row, account), name, state.atLeast);
      const { fraction, ...shown } = isConfirmed ? told : countedOn(told);
      return { ...shown, sixtieths: Math.round(fraction * 60) };
    }),
  );
  useWatched(countdown.expiresAt);
  return countdown;
}

/** Whether the relay's time comes from a connection that is up. */
export const useIsConfirmed = (): boolean => useSession((state) => state.session?.clock.isConfirmed ?? true);

type CountdownProps = { readonly row: Row };

/** Ring and text of a row. Quiet where nobody waits for an answer: the time runs, but it is no duty. */
export function Countdown({ row }: CountdownProps) {
  const { state, short, long, sixtieths } = useCountdown(row);
  const isConfirmed = useIsConfirmed();
  // Where there is no window, "No window: on its way" would be a half-truth.
  const heard = state === 'none' ? long : text.clock.heard(text.clock.state[state], short);
  const isQuiet = row.state !== 'needs_answer' && state !== 'closed';
  return (
    <span className={`${css.countdown} ${css[state]} ${isQuiet ? css.quiet : ''}`} title={long}>
      <CountdownSign state={state} sixtieths={sixtieths} />
      <span className={css.text} role="img" aria-label={isConfirmed ? heard : text.clock.unconfirmedLong(heard)}>
        {short}
      </span>
    </span>
  );
}

type TimeInCornerProps = CountdownProps & {
  readonly short: string;
  readonly long: string;
  readonly urgency: Urgency;
};

/** A time of a row other than the end of its window; the tooltip adds what the window says. */
export function TimeInCorner({ row, short, long, urgency }: TimeInCornerProps) {
  const countdown = useCountdown(row);
  return (
    <span className={`${css.countdown} ${css[urgency]}`} title={`${long}\n${countdown.long}`}>
      {countdown.state === 'closed' ? <Lock size={13} aria-hidden="true" /> : null}
      <span className={css.text} aria-label={long} role="img">
        {short}
      </span>
    </span>
  );
}

type SignProps = { readonly state: CountdownState; readonly sixtieths: number };

export function CountdownSign({ state, sixtieths }: SignProps) {
  if (state === 'closed') return <Lock size={13} aria-hidden="true" />;
  if (state === 'none') return <Minus size={13} aria-hidden="true" />;
  if (state === 'unknown') return <CircleDashed size={14} aria-hidden="true" />;
  if (state === 'extended') return <UserRound size={14} aria-hidden="true" />;
  if (state === 'private_reply') return <MessageCircle size={14} aria-hidden="true" />;
  return (
    <svg className={css.ring} viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="6" className={css.track} />
      {state === 'urgent' ? <circle cx="8" cy="8" r="3" className={css.core} /> : null}
      <circle
        cx="8"
        cy="8"
        r="6"
        className={css.arc}
        pathLength="60"
        strokeDasharray={`${Math.max(1, sixtieths)} 60`}
        transform="rotate(-90 8 8)"
      />
    </svg>
  );
}
