import { expect, it } from 'vitest';
import { text } from '../text/spoken.ts';
import { standingWords } from './standing-words.ts';

const none = { closing: 0, answer: 0, missed: 0, later: 0, waiting: 0, unreachable: 0, done: 0 };

it('says that everything is answered only where nothing was missed', () => {
  expect(standingWords(none).title).toBe(text.nothingOpen.nobody);
  expect(standingWords({ ...none, done: 2 }).title).toBe(text.nothingOpen.answered);
  const missed = standingWords({ ...none, done: 2, missed: 3 });
  expect(missed.title).not.toBe(text.nothingOpen.answered);
  expect(missed.hints[0]).toMatch(/^3 windows closed without an answer/);
});

it('ends a sentence with one full stop', () => {
  const { clock, nothingOpen } = text;
  expect(nothingOpen.next('Ada', 'Answer by 5')).toMatch(/[^.]\.$/);
  for (const long of [clock.unconfirmedLong('Answer by 5'), clock.closesLong('5'), clock.noneLong('Ada')])
    expect(nothingOpen.next('Ada', long)).toMatch(/[^.]\.$/);
});
