import type { World } from '../world.ts';
import { facebookBuyers } from './facebook-buyers.ts';
import { instagramBuyers } from './instagram-buyers.ts';
import { walkIns } from './walk-ins.ts';

/**
 * A busy Monday at Nordic Saunas, a dealer of saunas and hot tubs in Longmont, Colorado. When the desk opens, windows have 23 h, 20 h,
 * 3 h, 40 min and 8 min left, some closed over the weekend, and one comment still has its private reply.
 */
export const mondayRush: World = {
  about: 'A lively Monday at a sauna and hot-tub dealer: some forty buyers on both channels, and more as it plays.',
  accounts: [
    { channel: 'instagram', name: 'Nordic Saunas', username: 'nordicsaunas', humanAgentApproved: true },
    { channel: 'facebook', name: 'Nordic Saunas', username: null, humanAgentApproved: false },
  ],
  threads: () => [...instagramBuyers, ...facebookBuyers, ...walkIns],
};
