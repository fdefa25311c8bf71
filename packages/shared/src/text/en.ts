import { deskReasons } from './en/desk-reasons.ts';
import { hosts } from './en/hosts.ts';
import { notification } from './en/notification.ts';
import { outcomeReasons } from './en/outcomes.ts';
import { pages } from './en/pages.ts';
import { refusalReasons } from './en/refusals.ts';
import { windowText } from './en/window.ts';

/**
 * Everything that Transom says to people, in English: one catalogue, so that another language is one file with its folder, and the
 * tone is one tone: what happened, what it means, what to do. Other languages have the same shape (`text.ts`) and stand in `languages.ts`.
 */
export const en = {
  ...windowText,
  reasons: { ...refusalReasons, ...deskReasons, ...outcomeReasons },
  /** A code that a newer Transom made. */
  unknownReason: 'This Transom does not know the reason. An update may explain it.',
  notification,
  pages,
  hosts,
} as const;
