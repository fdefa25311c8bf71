import { deskReasons } from './en/desk-reasons.ts';
import { notification } from './en/notification.ts';
import { outcomeReasons } from './en/outcomes.ts';
import { pages } from './en/pages.ts';
import { refusalReasons } from './en/refusals.ts';

/** Everything that Transom says to people, in English. Other languages have the same shape; see `languages.ts`. */
export const en = {
  reasons: { ...refusalReasons, ...deskReasons, ...outcomeReasons },
  notification,
  pages,
  /** A code that a newer Transom made. */
  unknownReason: 'This Transom does not know the reason. An update may explain it.',
} as const;
