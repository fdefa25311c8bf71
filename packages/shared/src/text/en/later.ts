import { isolated } from '../isolated.ts';

/** Putting a conversation off. Part of the catalogue in `en.ts`. */
export const later = {
  title: (name: string) => `Put off the conversation with ${isolated(name)} until…`,
  at: { hour: 'In an hour', threeHours: 'In 3 hours', tomorrow: 'Tomorrow morning', monday: 'Monday morning' },
  /** The response window ends first. */
  earlier: (at: string) => `Comes back ${at}, 4 hours before the response window closes.`,
  tooSoon: 'The response window closes in less than 4 hours. Answer now, or mark the conversation as done.',
  putOff: (name: string, at: string) => `${isolated(name)} comes back ${at}, or when they write.`,
  back: (name: string) => `${isolated(name)} is back.`,
  comesBack: (at: string) => `back ${at}`,
  comesBackLong: (at: string) => `Put off; comes back ${at}, or when they write`,
} as const;
