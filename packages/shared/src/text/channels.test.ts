import { expect, it } from 'vitest';
import { en } from './en.ts';

it('calls a channel what people call it, and a newer one by its own name', () => {
  expect(['instagram', 'facebook', 'pigeon'].map(en.channel)).toEqual(['Instagram', 'Facebook', 'Pigeon']);
  expect(['instagram', 'facebook', 'pigeon'].map(en.thread.hidden)).toEqual([
    'Hidden on Instagram',
    'Hidden on the Page',
    'Hidden on Pigeon',
  ]);
});
