import { deskReasons } from './en/desk-reasons.ts';
import { hosts } from './en/hosts.ts';
import { notification } from './en/notification.ts';
import { outcomeReasons } from './en/outcomes.ts';
import { pages } from './en/pages.ts';
import { refusalReasons } from './en/refusals.ts';
import { windowText } from './en/window.ts';

/**
 * Everything that Transom says to people, in English. One catalogue, so that another language is one file with its folder, and the tone is
 * the same everywhere: what happened, what it means, what to do. Other languages have the same shape (`text.ts`) and are in `languages.ts`.
 */
export const en = {
  ...windowText,
  reasons: { ...refusalReasons, ...deskReasons, ...outcomeReasons },
  /** For a code that only a newer Transom knows. */
  unknownReason: 'This version of Transom does not know the reason. An update may explain it.',
  notification,
  pages,
  hosts,
} as const;
