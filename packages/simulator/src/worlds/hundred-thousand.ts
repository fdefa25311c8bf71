import type { Random } from '../random.ts';
import { ago, days, facebook, instagram, minutes, says, type Thread, type World } from './world.ts';

/** A hundred thousand conversations over ninety days, for benches. Generated one by one, the same for the same seed. */
export const hundredThousand: World = {
  about: 'A hundred thousand conversations over ninety days, generated lazily, for measuring.',
  accounts: [
    { channel: 'instagram', name: 'Big Water Outlet', username: 'bigwateroutlet', humanAgentApproved: false },
    { channel: 'facebook', name: 'Big Water Outlet', username: null, humanAgentApproved: false },
  ],
  threads: manyThreads,
};

const firstNames = [
  'Ada',
  'Ben',
  'Chloe',
  'Diego',
  'Elif',
  'Farah',
  'Greta',
  'Hiro',
  'Ivy',
  'Jonas',
  'Kemi',
  'Lucia',
  'Mei',
  'Noor',
  'Otto',
  'Paula',
] as const;
const lastNames = [
  'Adler',
  'Brandt',
  'Castillo',
  'Dahl',
  'Evans',
  'Fontaine',
  'Grant',
  'Hansen',
  'Ito',
  'Jensen',
  'Kaya',
  'Lopez',
  'Moreau',
  'Novak',
  'Olsen',
] as const;
const questions = [
  'How much is the {product}?',
  'Is the {product} available before the holidays?',
  'Could you install a {product} on a deck?',
  'Do you deliver the {product} to {town}?',
  'Would a {product} fit a space of 2 by 2 metres?',
  'Can I see the {product} in your showroom? 😊',
  '¿Cuánto cuesta {product} con instalación?',
  'Was kostet {product} mit Lieferung?',
] as const;
const products = ['barrel sauna', 'corner cabin', 'cedar hot tub', 'plunge tub', 'swim spa', 'infrared cabin'] as const;
const towns = ['Ashford', 'Pine Hollow', 'Lakeside', 'Millbrook', 'Harbor Point'] as const;

function* manyThreads(random: Random): Generator<Thread> {
  for (let number = 1; number <= 100_000; number += 1) {
    const name = `${random.pick(firstNames)} ${random.pick(lastNames)}`;
    const text = random
      .pick(questions)
      .replace('{product}', random.pick(products))
      .replace('{town}', random.pick(towns));
    const line = ago(minutes(1) + Math.floor(random.next() * days(90)), says(text));
    const username = `${name.toLowerCase().replace(' ', '.')}.${number}`;
    yield random.next() < 0.6 ? instagram(name, username, line) : facebook(`${name} ${number}`, line);
  }
}
