import { after, ago, answers, comments, days, facebook, hours, minutes, says, sends, type Thread } from '../world.ts';
import { openHousePost } from './posts.ts';

/** The people who wrote to the Page before the desk opened, most urgent window first. */
export const facebookBuyers: readonly Thread[] = [
  facebook(
    'Deborah Kline',
    ago(hours(47), says('Hello, my husband has arthritis and his doctor suggested a hot tub. Where do we start?')),
    ago(hours(46), answers('Hello Deborah, happy to help. Would he manage a step of about 18 inches?')),
    ago(
      hours(23) + minutes(20),
      says('I think so, with a handrail. Could somebody come out and look at our patio? We are in Berthoud.'),
    ),
    after(95, says('Mornings are best for us. Thank you!')),
  ),
  facebook(
    'Rick Tolliver',
    ago(hours(21), says('whats the lead time on the Lagoon 5. neighbor waited 14 weeks somewhere else')),
  ),
  facebook(
    'Angela Muñoz',
    ago(hours(16), says('Buenas noches, ¿tienen cita disponible esta semana para ver los jacuzzis?')),
  ),
  facebook(
    'Stephen Varga',
    ago(
      hours(15),
      says('Electrician says I only have 40 amps left in the panel. Which of your tubs can I run on that?'),
    ),
    ago(hours(14.9), sends('image')),
  ),
  facebook(
    'Joanne Beck',
    ago(hours(12), says('Is there a charge for the site visit or is it free within a certain distance?')),
  ),
  facebook(
    'Curtis Lamb',
    ago(hours(28), says('Do you take old tubs away when you deliver the new one?')),
    ago(hours(27), answers('We do, for $350 including disposal.')),
    ago(hours(10), says('Great. Then please quote me the Lagoon 5 in grey with the steps and the cover lifter')),
    after(150, { kind: 'reads' }),
  ),
  facebook(
    'Hana Suzuki',
    ago(hours(8), says('Hello! Can the sauna be placed indoors, in a basement with a 7 ft ceiling?')),
  ),
  facebook(
    'Mike Dorsey',
    ago(hours(5), { kind: 'taps', title: 'Get Started', payload: 'GET_STARTED' }),
    ago(hours(5) - minutes(1), says('Best price on a 6 person sauna, delivered, I do my own install')),
  ),
  facebook(
    'Fatima Zahra',
    ago(
      hours(3),
      says('Hi, we have a small hotel and want three saunas for spring. Who can we speak with? Could you call me?'),
    ),
  ),
  facebook('Bill Hutchins', ago(hours(1.5), says('Does the barrel need a concrete pad or is gravel ok'))),
  facebook(
    'Greta Lindholm',
    ago(minutes(52), says('My heater shows E3 since yesterday, bought from you in 2024. Warranty?')),
  ),
  facebook(
    'Tyrone Wells',
    ago(minutes(17), says('You guys do swim spas? Budget is about 25k')),
    after(60, says('6 ft 4 so it has to be a long one lol')),
  ),
  facebook(
    'Nora Quigley',
    ago(hours(31), says('Is the floor model still for sale? I could pick it up Sunday with a trailer.')),
  ),
  facebook('Peter Ostrowski', ago(days(8), says('How far in advance should I book for a June installation?'))),
  facebook('Linda Marsh', ago(hours(26), comments('How much is the one with the glass front?', openHousePost))),
  facebook(
    'Jorge Peña',
    ago(hours(1), comments('¿Hasta qué hora está abierto el sábado?', openHousePost)),
    after(110, comments('Gracias! Y hay estacionamiento?', openHousePost)),
  ),
];
