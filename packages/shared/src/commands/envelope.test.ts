import { expect, test } from 'vitest';
import { agreeOnVersion } from '../protocol/versions.ts';
import { readCommandEnvelope } from './envelope.ts';

test('a command is read', () => {
  const envelope = { id: '1', command: { kind: 'reply.send', conversationId: 'c', text: 'Hi' } };
  expect(readCommandEnvelope(envelope)).toEqual({ ok: true, envelope });
});

test.each([
  'reply.schedule',
  'reply.auto',
  'comment.auto_reply',
  'comment.post',
  'outreach.send',
  'post.publish',
  'profile.scrape',
])('what Transom never does is refused with the reason: %s', (kind) => {
  const read = readCommandEnvelope({ id: '1', command: { kind, text: 'Hi' } });
  expect(read).toMatchObject({
    ok: false,
    refusal: { code: 'policy_refused', reason: expect.stringMatching(/^policy_refused\.\w+$/) as string },
  });
});

test.each([
  ['nothing', null],
  ['a word', 'reply.send'],
  ['no id', { command: { kind: 'note.add', conversationId: 'c', text: 'x' } }],
  ['a field too many', { id: '1', command: { kind: 'note.add', conversationId: 'c', text: 'x', sendAt: 1 } }],
  ['an inherited kind', { id: '1', command: { kind: 'constructor' } }],
])('a wrong shape is an answer, not an exception: %s', (_name, input) => {
  expect(readCommandEnvelope(input)).toMatchObject({ ok: false, refusal: { code: 'invalid_request' } });
});

test('the highest version that both speak', () => {
  expect(agreeOnVersion({ min: 1, max: 3 }, { min: 2, max: 5 })).toBe(3);
  expect(agreeOnVersion({ min: 2, max: 3 }, { min: 1, max: 1 })).toBeNull();
});

test.each([
  ['one long name', { ['x'.repeat(60_000)]: 1 }],
  ['many names', Object.fromEntries(Array.from({ length: 9_000 }, (_, n) => [`field ${n}`, 1]))],
])('the answer to a wrong shape does not repeat all of it: %s', (_name, fields) => {
  const read = readCommandEnvelope({
    id: '1',
    command: { kind: 'note.add', conversationId: 'c', text: 'x', ...fields },
  });
  expect(read).toMatchObject({ ok: false, refusal: { code: 'invalid_request' } });
  expect(JSON.stringify(read).length).toBeLessThan(1_000);
});
