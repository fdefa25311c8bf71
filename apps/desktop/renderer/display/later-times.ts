import { hourMs, minuteMs } from '@transom/shared';

export type LaterTime = { readonly id: 'hour' | 'threeHours' | 'tomorrow' | 'monday'; readonly at: number };

/** The hour at which the front desk begins its day. */
const morningHour = 9;

/** The usual times until which to put a conversation off, earliest first: in whole minutes, and mornings of this computer's calendar. */
export function laterTimes(now: number): readonly LaterTime[] {
  const whole = Math.floor(now / minuteMs) * minuteMs;
  const daysToMonday = (8 - new Date(now).getDay()) % 7 || 7;
  const mornings = [
    { id: 'tomorrow', at: morningAfter(now, 1) },
    // On a Sunday that is tomorrow.
    ...(daysToMonday === 1 ? [] : [{ id: 'monday', at: morningAfter(now, daysToMonday) } as const]),
  ] as const;
  return [{ id: 'hour', at: whole + hourMs }, { id: 'threeHours', at: whole + 3 * hourMs }, ...mornings];
}

function morningAfter(now: number, days: number): number {
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days, morningHour).getTime();
}
