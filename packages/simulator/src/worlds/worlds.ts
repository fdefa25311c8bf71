import { expiredWindows } from './expired-windows.ts';
import { hundredThousand } from './hundred-thousand.ts';
import { mondayRush } from './monday-rush/monday-rush.ts';
import { quietShop } from './quiet-shop.ts';
import type { World } from './world.ts';

/** The sample worlds by name. */
export const worlds = {
  'quiet-shop': quietShop,
  'monday-rush': mondayRush,
  'expired-windows': expiredWindows,
  'hundred-thousand': hundredThousand,
} as const satisfies Record<string, World>;

export type WorldName = keyof typeof worlds;
export const worldNames = Object.keys(worlds) as [WorldName, ...WorldName[]];
