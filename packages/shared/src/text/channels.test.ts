import { expect, it } from 'vitest';
import { en } from './en.ts';

it('calls a channel as people know it, and one that came later by its own name', () => {
  expect(['instagram', 'facebook', 'pigeon'].map(en.channel)).toEqual(['Instagram', 'Facebook', 'Pigeon']);
  expect(['instagram', 'facebook', 'pigeon'].map(en.thread.hidden)).toEqual([
    'Hidden on Instagram',
    'Hidden on the Page',
    'Hidden on Pigeon',
  ]);
});
