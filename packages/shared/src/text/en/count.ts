import { plurals } from '../plural.ts';

const counted = plurals<'one'>('en');

/** "1 reply", "3 replies". */
export const count = (n: number, one: string, other: string): string => counted(n, { one, other });
