import type { Contact } from '@transom/shared';
import type { Row } from '../../contract/views.ts';
import { text } from '../text/en.ts';

type Named = Pick<Contact, 'id' | 'name' | 'username'> & {
  readonly channel: 'instagram' | 'facebook' | 'internal';
  readonly erasedAt?: number | null;
};

/** The person whom a conversation is with. */
export function whoIs(row: Row): Named {
  return { ...row.contact, channel: row.channel, erasedAt: row.erasedAt };
}

/** Name, then username, then the end of the id. A name is never invented. */
export function contactName(contact: Named): string {
  if (typeof contact.erasedAt === 'number') return text.contact.erased;
  const name = contact.name?.trim();
  if (name) return name;
  const username = contact.username?.trim();
  if (username) return username.startsWith('@') ? username : `@${username}`;
  return text.contact.unnamed(text.channel[contact.channel], contact.id.slice(-4));
}

/** The part by which one addresses somebody in a sentence: "Dana wrote again". */
export function shortName(contact: Named): string {
  const name = typeof contact.erasedAt === 'number' ? '' : contact.name?.trim();
  return name ? (name.split(/\s+/u)[0] ?? name) : contactName(contact);
}

/** One or two letters for the avatar; a sign that is no letter (an emoji) is left out. */
export function initials(name: string): string {
  const words = name
    .split(/[\s._-]+/u)
    .map((word) => /\p{L}/u.exec(word)?.[0] ?? '')
    .filter((letter) => letter !== '');
  const [first = '', ...rest] = words;
  return (first + (rest.at(-1) ?? '')).toLocaleUpperCase();
}
