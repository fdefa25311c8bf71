import { expect, test } from 'vitest';
import { problemDocument, refusalSchema, refuse } from './refusals.ts';
import { en } from './text/en.ts';

test('a problem document says what the refusal says, with the answer that came first where there is one', () => {
  const plain = refuse('window_closed');
  expect(problemDocument(plain)).toEqual({
    type: 'urn:transom:problem:window_closed',
    status: 409,
    code: 'window_closed',
    title: en.reasons.window_closed,
    detail: en.reasons.window_closed,
  });
  const answer = { messageId: 'm', by: null, text: '', sentAt: 1 };
  const overtaken = refusalSchema.parse({ ...refuse('answered_meanwhile'), answer });
  expect(problemDocument(overtaken)).toMatchObject({ code: 'answered_meanwhile', answer });
});
