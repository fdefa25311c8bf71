import { isolated } from '../isolated.ts';
import { channelName } from './channels.ts';
import { composer } from './composer.ts';
import { context } from './details.ts';
import { handoffs, inbox } from './inbox.ts';
import { lamp } from './lamp.ts';
import { later } from './later.ts';
import { pairing } from './pairing.ts';
import { command, keyGroup, keys, search } from './search.ts';
import { newerAnswer, nothingOpen, thread } from './thread.ts';
import { clock, due, when } from './time.ts';

/** Texts of the desk's window, except for the parts with a file of their own. Part of the catalogue in `en.ts`. */
export const windowText = {
  /** Dates follow the system when it is set to this language; else this locale. */
  locale: 'en-US',
  product: 'Transom',
  close: 'Close',
  /** Joined into a paragraph. */
  sentences: (all: readonly string[]) => all.join(' '),

  /** For what a newer relay says in a way that this build does not know. */
  update: {
    channel: 'Update Transom to see the response window and to answer here.',
    message: 'Update Transom to see this message.',
    /** When a part of it can be shown. */
    whole: 'Update Transom to see all of this message.',
  },
  channel: channelName,
  contact: { unnamed: (channel: string, end: string) => `${channel} user …${end}`, erased: 'Erased person' },

  when,
  clock,
  due,
  topic: {
    pricing: 'Price',
    availability: 'Availability',
    install_timing: 'Install date',
    service_area: 'Service area',
    product_fit: 'Product fit',
    consult_booking: 'Consult',
    unknown: 'New topic (update Transom)',
  },
  stage: {
    new: 'New',
    talking: 'Talking',
    booked: 'Visit booked',
    won: 'Won',
    lost: 'Lost',
    unknown: 'Update Transom to see this',
  },
  source: { dm: 'Direct message', comment: 'Comment', story: 'Story', ad: 'Ad', unknown: 'Update Transom to see this' },
  handoffReason: {
    social_dm_follow_up_needed: 'Follow-up needed',
    social_dm_policy_review: 'Policy review needed',
    unknown: 'Update Transom to see why',
  },

  rail: {
    label: 'Main',
    inbox: 'Inbox',
    handoffs: 'Handoffs',
    theme: { system: 'Theme: system', light: 'Theme: light', dark: 'Theme: dark' },
  },

  lamp,
  pairing,

  inbox,
  handoffs,
  later,
  thread,
  nothingOpen,
  newerAnswer,
  composer,
  context,
  search,
  command,
  keyGroup,
  keys,
  drawingFault: {
    title: 'Transom could not show this',
    detail:
      'Nothing that you sent or typed is lost. Go back to the list and carry on. If one conversation keeps leading here, update Transom, or tell whoever runs your relay.',
    back: 'Back to the list',
  },
  notice: {
    notReached:
      'That did not work: this window could not reach the part of Transom that keeps your data. Nothing was changed; try again.',
    dismiss: 'Dismiss',
    undo: 'Undo',
    about: (name: string, words: string) => `${isolated(name)}: ${words}`,
    refusals: (count: number, last: string) => `${count} changes were refused and not made. The last one: ${last}`,
  },
} as const;
