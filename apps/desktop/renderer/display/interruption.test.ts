import { expect, it } from 'vitest';
import { emptyMark, interruptionSince, markOf, withAnswer } from './interruption.ts';
import { testMessage } from './test-rows.ts';

const sam = { id: 'sam', name: 'Sam' };
const mara = { id: 'mara', name: 'Mara' };
const reply = (id: string, at: number, change: Parameters<typeof testMessage>[2] = {}) =>
  testMessage(id, at, { direction: 'outbound', origin: 'desk', state: 'sent', author: sam, ...change });

it('a colleague’s answer and one from outside of Transom interrupt; one’s own, a failed one, one taken back and a note do not', () => {
  const answerOf = (...messages: Parameters<typeof markOf>[0]) => markOf(messages, 'mara').answer?.messageId ?? null;
  expect(answerOf(reply('a', 2))).toBe('a');
  expect(answerOf(reply('a', 2, { author: null, origin: 'elsewhere' }))).toBe('a');
  expect(answerOf(reply('a', 2, { state: 'queued' }))).toBe('a');
  expect(answerOf(reply('a', 2, { author: mara }))).toBeNull();
  expect(answerOf(reply('a', 2, { state: 'failed' }))).toBeNull();
  expect(answerOf(reply('a', 2, { unsentAt: 3 }))).toBeNull();
  expect(answerOf(testMessage('n', 2, { direction: 'note', author: sam }))).toBeNull();
});

it('the newest message is the one that arrived last, whatever its channel’s clock says', () => {
  const late = testMessage('late', 1, { receivedAt: 9 });
  expect(markOf([late, reply('a', 5)], 'mara').newestId).toBe('late');
});

it('an answer outweighs another message from the buyer, and what was seen interrupts nobody', () => {
  const before = markOf([testMessage('m1', 1)], 'mara');
  const after = markOf([testMessage('m1', 1), reply('a', 2), testMessage('m2', 3)], 'mara');
  expect(interruptionSince(before, after)?.kind).toBe('answered');
  expect(interruptionSince(after, after)).toBeNull();
  expect(interruptionSince(before, markOf([testMessage('m1', 1), testMessage('m2', 3)], 'mara'))?.kind).toBe(
    'wrote_again',
  );
  expect(interruptionSince(emptyMark, emptyMark)).toBeNull();
});

it('an answer that only the relay knows of counts as the newest message', () => {
  const seen = markOf([testMessage('m1', 5)], 'mara');
  const told = withAnswer(seen, { messageId: 'a', by: 'Sam', text: '', sentAt: 3 });
  expect(told).toMatchObject({ newestId: 'a', newestAt: 5, answerAt: 5 });
  expect(interruptionSince(seen, told)?.kind).toBe('answered');
});
