import { hourMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { text } from '../text/spoken.ts';
import { barWords } from './bar-words.ts';
import { testNow, testRow } from './test-rows.ts';
import { duration, moment } from './when.ts';

it('says until when somebody can be answered, and whether they wait for it', () => {
  const expiresAt = testNow + 5 * hourMs;
  const words = (state: 'needs_answer' | 'answered' | 'done') =>
    barWords({ kind: 'open', urgency: 'calm', expiresAt }, testRow('a', { state }), testNow);
  const { open, answered, done } = text.composer.bar;
  const said = [open, answered, done].map((bar) => bar(moment(expiresAt, testNow), duration(5 * hourMs)));
  expect([words('needs_answer'), words('answered'), words('done')]).toEqual(said);
  expect(new Set(said).size).toBe(3);
});
