import { ago, answers, comments, days, facebook, hours, instagram, minutes, says, type World } from './world.ts';

/** A desk that nobody looked at over a long weekend: every edge of the response window, on both sides. */
export const expiredWindows: World = {
  about: 'A long weekend without anybody at the desk: windows on both sides of every edge.',
  accounts: [
    { channel: 'instagram', name: 'Nordic Saunas', username: 'nordicsaunas', humanAgentApproved: true },
    { channel: 'facebook', name: 'Nordic Saunas', username: null, humanAgentApproved: false },
  ],
  threads: () => [
    instagram(
      'Priya Raman',
      'priya.raman',
      ago(hours(24) - minutes(2), says('Hi, is the showroom open on Saturday? We could drive up')),
    ),
    instagram(
      'Joel Santos',
      'joelsantos',
      ago(hours(24) + minutes(2), says('Do you finance? Looking at the 6 person cabin')),
    ),
    instagram('Ingrid Aas', 'ingrid.aas', ago(hours(25), says('Hei, hva koster den lille utebadstuen med montering?'))),
    instagram(
      'Wes Carter',
      'wes.carter',
      ago(days(3), says('Can you quote the Halo 4 delivered to 80487?')),
      ago(days(2.9), says('hello?')),
    ),
    instagram(
      'Beth Ohara',
      'beth_ohara',
      ago(days(7) - minutes(30), says('What are the outside dimensions of the corner model?')),
    ),
    instagram(
      'Dmitri Volkov',
      'd.volkov',
      ago(days(7) + minutes(30), says('Is the wood fired heater allowed in a suburb?')),
    ),
    instagram(
      'Lena Fischer',
      'lena.f',
      ago(days(4), says('Hallo, habt ihr noch die Ausstellungssauna?', { adTitle: 'Showroom clearance' })),
    ),
    instagram('Sofia Marin', 'sofia.marin', ago(days(7) - hours(2), comments('Precio por favor?'))),
    instagram('Kyle Dunn', 'kyledunn', ago(days(8), comments('how much for this'))),
    facebook('Gloria Estevez', ago(hours(26), says('Do you install in Pine Hollow? It is about 40 miles from you.'))),
    facebook(
      'Ron Jacobs',
      ago(days(2), says('My cover came torn. Who do I talk to about a new one?')),
      ago(days(1.9), answers('So sorry Ron! Can you send us a photo?')),
    ),
    facebook('Aisha Rahman', ago(days(6), comments('Does this fit on a balcony?'))),
  ],
};
