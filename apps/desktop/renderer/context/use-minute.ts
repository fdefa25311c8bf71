import { minuteMs } from '@transom/shared';
import { useClock } from '../desk-context.tsx';

/** The relay's time to the minute: moments in the details do not change more often. */
export const useMinute = (): number | null =>
  useClock(({ now }) => (now === null ? null : Math.floor(now / minuteMs) * minuteMs));
