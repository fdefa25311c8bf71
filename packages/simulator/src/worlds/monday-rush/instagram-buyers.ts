import {
  after,
  ago,
  answers,
  comments,
  days,
  hours,
  instagram,
  minutes,
  onStory,
  says,
  sends,
  type Thread,
} from '../world.ts';
import { barrelReel, showroomPost } from './posts.ts';

/** The people who wrote on Instagram before the desk opened, most urgent window first. */
export const instagramBuyers: readonly Thread[] = [
  instagram(
    'Renee Castellano',
    'renee.castellano',
    ago(hours(26), says('Hi there! We just bought in Niwot and the backyard is begging for a sauna 😄')),
    ago(hours(25.5), answers('Congratulations Renee! How many people should fit in it?')),
    ago(hours(24) - minutes(7), says('4 of us, maybe 5 if my mom visits')),
    ago(hours(24) - minutes(8), says('What would the Aurora 4 cost installed, all in?')),
    after(75, says('Also happy to come by the showroom today if thats easier')),
  ),
  instagram(
    'Tom Okafor',
    'tom.okafor',
    ago(hours(23) + minutes(20), says('Do you have the Fjell barrel in stock? Website says 2 left')),
    ago(hours(23.2), says('thermowood not cedar')),
  ),
  instagram(
    'Jess Palmer',
    'jesspalmer.home',
    ago(hours(29), says('hey! is the cold plunge loud? our bedroom window is right above where it would go')),
    ago(
      hours(28),
      answers('Hi Jess! About as loud as a fridge, 42 dB. We have one running here if you want to hear it.'),
    ),
    ago(hours(21), says('ok that helps a lot. how soon could you deliver one to Lafayette?')),
  ),
  instagram(
    'Katrin Vogel',
    'katrin.vogel',
    ago(
      hours(21) + minutes(10),
      says('Guten Tag! Wir ziehen im Januar nach Boulder. Was kostet die Aurora 4 mit Montage?'),
    ),
    ago(hours(21), says('Und braucht man dafür eine Baugenehmigung? Viele Grüße, Katrin')),
  ),
  instagram(
    'Marisol Vega',
    'marisol.vega',
    ago(hours(9), says('Hola! Cuánto cuesta el sauna de barril para 4 personas?')),
    ago(hours(8.9), says('Vivimos en Greeley, llegan hasta acá? 🙏')),
  ),
  instagram(
    'Dana Whitlock',
    'danawhitlock',
    ago(hours(7.5), onStory('omg that view 😍 is this one the Aurora 6?')),
    ago(hours(7.4), says('and does it run on 240V or regular outlet')),
  ),
  instagram(
    'Yusuf Haddad',
    'yusuf.haddad',
    ago(hours(6), says('السلام عليكم، بكم الساونا لشخصين مع التركيب؟')),
    ago(hours(5.9), says('والتوصيل إلى دنفر متوفر؟ شكراً')),
  ),
  instagram(
    '美咲 Tanaka',
    'misaki.tnk',
    ago(hours(5), says('こんにちは😊 マンションのベランダに置けるサイズのサウナはありますか？')),
    ago(hours(4.9), says('幅は150cmまでです')),
  ),
  instagram(
    'Bri Sandoval',
    'bri.sandoval',
    ago(hours(4), { kind: 'mentionsInStory' }),
    ago(hours(3.9), says('my sauna corner is finally done!! thank you guys 🧖‍♀️🔥')),
  ),
  instagram(
    'Graham Ellis',
    'graham_ellis',
    ago(
      hours(4),
      says('Saw your ad. Is the $1,500 off still going for the Lagoon hot tub?', {
        adTitle: 'Lagoon hot tubs: $1,500 off in November',
      }),
    ),
    after(130, says('Never mind the color question, graphite is perfect')),
  ),
  instagram(
    'Owen Fitch',
    'owenfitch',
    ago(hours(3), says('Would this fit? its 84 inches wide and slopes a bit to the right')),
    ago(hours(3) - minutes(1), sends('image', 2)),
  ),
  instagram(
    'Priya Nair',
    'priyanair.co',
    ago(hours(30), says('Can I book a site visit for next week? Thinking about a cedar hot tub on our deck')),
    ago(hours(27), answers('Of course! Tuesday or Thursday afternoon?')),
    ago(hours(2.5), says('Thursday at 3 works! Address is 118 Juniper Ct, Louisville')),
    ago(hours(2.4), says('Deck is 12 years old, not sure it holds the weight 😬')),
    after(40, { kind: 'reactsToLast', emoji: '👍' }),
  ),
  instagram(
    'Callum Reid',
    'callum.reid',
    ago(hours(2), sends('audio')),
    ago(
      hours(1.9),
      says('sorry for the voice note, driving. basically: wood burning or electric for a cabin with no permits?'),
    ),
  ),
  instagram(
    'Nadia Petrov',
    'nadia.ptrv',
    ago(minutes(62), says('Hi! Lead time on the infrared cabin for one person? Needs to be here before Christmas 🎄')),
  ),
  instagram(
    'Luke Hanley',
    'lukehanley_',
    ago(minutes(48), says('how much')),
    ago(minutes(47), says('for the barrel')),
    ago(minutes(47) - 20_000, says('the one in your last reel')),
  ),
  instagram(
    'Simone Beaulieu',
    'simone.blieu',
    ago(minutes(33), says('Bonjour, livrez-vous à Fort Collins ? Combien pour le modèle 2 personnes ?')),
  ),
  instagram(
    'Andre Mwangi',
    'andre.mwangi',
    ago(minutes(21), { kind: 'taps', title: 'Which models are in stock?', payload: 'ICE_STOCK' }),
    after(55, says('mainly after the 2 person ones')),
  ),
  instagram(
    'Teresa Lund',
    'teresa.lund',
    ago(minutes(14), says('Is financing possible? 0% would make my husband say yes 😂')),
  ),
  instagram(
    'Kofi Boateng',
    'kofi.b',
    ago(minutes(6), says('Good morning! Do you install in Estes Park? We are at 8,000 ft, road is steep')),
    after(25, sends('image')),
  ),
  instagram('Hallie Brandt', 'halliebrandt', ago(minutes(3), onStory('is this open today?'))),

  instagram(
    'Ola Nygaard',
    'ola.nygaard',
    ago(days(2), says('Hei! Selger dere vedfyrt badestamp også?')),
    ago(days(1.9), says('Eller bare elektriske?')),
  ),
  instagram(
    'Vince Moretti',
    'vince.moretti',
    ago(hours(38), says('Quote for 2 Fjell barrels for a rental property? Invoice to the LLC')),
    ago(hours(26), says('Guess you are closed weekends')),
  ),
  instagram(
    'Pam Doyle',
    'pamdoyle55',
    ago(days(6) + hours(12), comments('What are the measurements please? Would love this for our patio', showroomPost)),
  ),
  instagram('Elio Romano', 'elio.rmn', ago(hours(20), comments('price?', barrelReel))),
  instagram('Shauna Price', 'shaunaprice', ago(hours(2), comments('Do you ship to Wyoming?? 😍', barrelReel))),
];
