import { expect, it } from 'vitest';
import { text } from '../text/spoken.ts';
import { contactName, initials, shortName } from './contact-name.ts';

const contact = (name: string | null, username: string | null) => ({
  id: '17841401234',
  name,
  username,
  channel: 'instagram' as const,
});

it('takes the name, then the username, then the end of the id, and invents nothing', () => {
  expect(contactName(contact('Dana Whitfield', 'dana'))).toBe('Dana Whitfield');
  expect(contactName(contact(null, 'dana'))).toBe('@dana');
  expect(contactName(contact('  ', ''))).toBe('Instagram user …1234');
  expect(contactName({ ...contact(null, null), channel: 'facebook' })).toBe('Facebook user …1234');
});

it('calls an erased person by no name, even if a document still has one', () => {
  const erased = { ...contact('Dana Whitfield', 'dana'), erasedAt: 1 };
  expect([contactName(erased), shortName(erased)]).toEqual([text.contact.erased, text.contact.erased]);
});

it('treats an invisible name as none', () => {
  const unseen = ['\u200B', '\u2800\u2800', '\u3164', '\u00A0 \u2003', '\u202E\u202C', '\u00AD', '\u{E0020}', '\uFE0F'];
  expect(unseen.map((name) => contactName(contact(name, 'dana')))).toEqual(unseen.map(() => '@dana'));
  expect(unseen.map((name) => contactName(contact(null, name)))).toEqual(unseen.map(() => 'Instagram user …1234'));
  expect(unseen.map((name) => shortName(contact(`${name} Dana`, null)))).toEqual(unseen.map(() => 'Dana'));
});

it('removes what would reverse the text around a name, and keeps what belongs to a script or an emoji', () => {
  expect(contactName(contact('Eve\u202Egro.live\u202C', null))).toBe('Evegro.live');
  expect(contactName(contact('\u2067Noor\u200F', null))).toBe('Noor');
  expect(contactName(contact('Two\nlines', null))).toBe('Two lines');
  const family = '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}';
  const persian = '\u0645\u06CC\u200C\u0631\u0648\u062F';
  expect([family, persian].map((name) => contactName(contact(name, null)))).toEqual([family, persian]);
});

it('addresses somebody by the first part of a name', () => {
  expect(shortName(contact('Dana Whitfield', null))).toBe('Dana');
  expect(shortName(contact(null, 'cedar_and_smoke'))).toBe('@cedar_and_smoke');
});

it('finds initials in every script and skips symbols', () => {
  expect(['Tom & Lisa Berg', '@cedar_and_smoke', 'يوسف الحداد', '田中', '😍', 'Óscar Peña'].map(initials)).toEqual([
    'TB',
    'CS',
    'يا',
    '田',
    '',
    'ÓP',
  ]);
});
