import { expect, it } from 'vitest';
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

it('addresses somebody by the first part of a name', () => {
  expect(shortName(contact('Dana Whitfield', null))).toBe('Dana');
  expect(shortName(contact(null, 'cedar_and_smoke'))).toBe('@cedar_and_smoke');
});

it('finds initials in every script and leaves signs out', () => {
  expect(['Tom & Lisa Berg', '@cedar_and_smoke', 'يوسف الحداد', '田中', '😍', 'Óscar Peña'].map(initials)).toEqual([
    'TB',
    'CS',
    'يا',
    '田',
    '',
    'ÓP',
  ]);
});
