import {
  after,
  ago,
  answers,
  comments,
  facebook,
  hours,
  instagram,
  minutes,
  onStory,
  says,
  sends,
  type World,
} from './world.ts';

/** Four buyers on a slow afternoon, enough to try everything once. */
export const quietShop: World = {
  about: 'A slow afternoon: four buyers, one of each kind.',
  accounts: [
    { channel: 'instagram', name: 'Fjord & Steam', username: 'fjordandsteam', humanAgentApproved: false },
    { channel: 'facebook', name: 'Fjord & Steam', username: null, humanAgentApproved: false },
  ],
  threads: () => [
    instagram(
      'Hannah Brooks',
      'hannah.brooks',
      ago(minutes(95), says('Hi! Do you have the 4 person barrel sauna in stock right now?')),
      ago(minutes(94), says('Cedar if possible 🙏')),
      after(20, says('No rush btw, just planning for spring')),
    ),
    instagram(
      'Theo Lindqvist',
      'theo_lq',
      ago(hours(5), onStory('Love this one 😍 is that the thermowood version?')),
      after(45, sends('image')),
    ),
    facebook(
      'Carol Whitfield',
      ago(hours(22), says('Good afternoon, how much is the small hot tub with delivery to Ashford?')),
      ago(hours(21.5), answers('Hello Carol! The Lagoon 3 is $6,490 delivered. Shall I send you the brochure?')),
      ago(hours(3), says('Yes please. And does it need its own electric circuit?')),
    ),
    facebook(
      'Marcus Bell',
      ago(hours(30), comments('How much for the one on the left?')),
      after(70, comments('Anyone? 😅')),
    ),
  ],
};
