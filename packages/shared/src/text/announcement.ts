import type { Reason } from './reason.ts';
import { sentenceOf } from './reason.ts';
import type { Text } from './text.ts';

/**
 * What the operating system should announce, as facts; the words are made where they are shown. `name` is null when the person's name is
 * unknown. Names and previews come from outside and are a single line without marks that change the writing direction.
 */
export type Announcement =
  | { readonly kind: 'not_connected'; readonly reason: Reason }
  | { readonly kind: 'closing'; readonly name: string | null; readonly minutes: number }
  | { readonly kind: 'needs_person'; readonly name: string | null }
  | { readonly kind: 'new_lead' | 'message'; readonly name: string | null; readonly preview: string }
  | { readonly kind: 'group'; readonly buyers: number }
  | { readonly kind: 'test' };

export function announcementWords(text: Text, said: Announcement): { readonly title: string; readonly body: string } {
  const words = text.notification;
  const nameOf = (name: string | null): string => (name === null ? words.somebody : apart(name));
  switch (said.kind) {
    case 'not_connected':
      return { title: words.notConnected, body: sentenceOf(text, said.reason) };
    case 'closing':
      return { title: words.waits(nameOf(said.name)), body: words.closesIn(said.minutes) };
    case 'needs_person':
      return { title: words.needsPerson(nameOf(said.name)), body: words.notClaimed };
    case 'new_lead':
      return { title: words.newLead(nameOf(said.name)), body: said.preview };
    case 'message':
      return { title: said.name ?? words.somebody, body: said.preview };
    case 'group':
      return { title: words.group(said.buyers), body: words.groupBody };
    case 'test':
      return words.test;
  }
}

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * A name inside a sentence. A right-to-left name is isolated, so that it does not reorder the words around it. Others stay as they are,
 * because some systems draw the marks.
 */
function apart(name: string): string {
  return rightToLeft.test(name) ? `\u2068${name}\u2069` : name;
}
