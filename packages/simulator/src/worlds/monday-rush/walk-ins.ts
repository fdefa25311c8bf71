import { after, comments, facebook, instagram, onStory, says, sends, type Thread } from '../world.ts';
import { barrelReel } from './posts.ts';

/** The people who write while the desk is open: first messages over some three minutes. */
export const walkIns: readonly Thread[] = [
  instagram(
    'Maya Lindgren',
    'maya.lindgren',
    after(4, says('Hi! How much is the 4-person barrel sauna, and could you install it before Christmas? 🎄')),
    after(12, says('We are in Longmont, 10 min from you')),
  ),
  facebook(
    'Harold Simms',
    after(16, says('Good morning. Do you service tubs you did not sell? Ours leaks at the pump.')),
  ),
  instagram('Zoe Albrecht', 'zoe.albrecht', after(30, comments('Need this!! Does it come in black?', barrelReel))),
  instagram(
    'Ines Duarte',
    'ines.duarte',
    after(50, onStory('Quanto custa? 😍')),
    after(58, says('sorry, english 😅 how much is it and do you deliver to Golden?')),
  ),
  facebook('Walt Jensen', after(66, says('Can I stop by around 2 to see the Aurora 6 running?'))),
  instagram(
    'Devon Marsh',
    'devonmarsh',
    after(85, says('is it safe for pregnant women?? asking for my wife')),
    after(92, { kind: 'unsendsLast' }),
    after(100, says('How many minutes per session do you recommend for beginners?')),
  ),
  instagram(
    'Rosa Iglesias',
    'rosa.iglesias',
    after(105, says('Hola, hacen instalaciones en Loveland?')),
    after(118, sends('image')),
  ),
  facebook(
    'Ken Yamada',
    after(125, says('Comparing you with two other dealers. What is included in your install price?')),
  ),
  instagram(
    'Lotte de Wit',
    'lotte.dewit',
    after(140, says('Hey, what size do I need for 2 people? balcony is 6x8 ft')),
    after(152, { kind: 'editsLast', text: 'Hey, what size do I need for 2 people? balcony is 6x9 ft' }),
  ),
  facebook('Shirley Boone', after(165, says('Do you have gift cards? 😊'))),
  instagram(
    'Amir Khalil',
    'amir.khalil',
    after(180, says('Ready to order the Fjell if you can deliver by the 12th. How do I pay the deposit?')),
  ),
];
