import type { Contact } from '@transom/shared';
import { withoutDirectionMarks } from '@transom/shared';
import type { Row } from '../../contract/views.ts';
import { text } from '../text/spoken.ts';

type Named = Pick<Contact, 'id' | 'name' | 'username'> & {
  readonly channel: Row['channel'];
  readonly erasedAt?: number | null;
};

/** The person whom a conversation is with. */
export function whoIs(row: Row): Named {
  return { ...row.contact, channel: row.channel, erasedAt: row.erasedAt };
}

/** Name, then username, then the end of the id. A name is never invented, and an invisible one does not count. */
export function contactName(contact: Named): string {
  if (typeof contact.erasedAt === 'number') return text.contact.erased;
  const name = visible(contact.name);
  if (name !== null) return name;
  const username = visible(contact.username);
  if (username !== null) return username.startsWith('@') ? username : `@${username}`;
  return text.contact.unnamed(text.channel(contact.channel), contact.id.slice(-4));
}

/** The part used to address somebody in a sentence: "Dana wrote again". */
export function shortName(contact: Named): string {
  const name = typeof contact.erasedAt === 'number' ? null : visible(contact.name);
  return name?.split(' ').find(isVisible) ?? contactName(contact);
}

/** A name on one line, without characters that reverse the text around it; null when nothing visible is left. */
function visible(name: string | null): string | null {
  const words = withoutDirectionMarks(name ?? '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return isVisible(words) ? words : null;
}

/** Spaces, fillers, joiners and the empty Braille cell draw nothing. */
function isVisible(words: string): boolean {
  return /[^\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u.test(words);
}

/** One or two letters for the avatar; anything that is not a letter (an emoji) is skipped. */
export function initials(name: string): string {
  const words = name
    .split(/[\s._-]+/u)
    .map((word) => /\p{L}/u.exec(word)?.[0] ?? '')
    .filter((letter) => letter !== '');
  const [first = '', ...rest] = words;
  return (first + (rest.at(-1) ?? '')).toLocaleUpperCase();
}
