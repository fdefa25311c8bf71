import { expect, it } from 'vitest';
import { findQuoted, quotedId } from './quoted.ts';
import { testMessage as message, testNow as now } from './test-rows.ts';

const comment = { commentId: 'c2', parentId: 'c1', postId: 'post', permalink: null };

it('quotes the message or the comment that was answered', () => {
  expect(quotedId(message('a', now, { replyTo: 'mid' }))).toBe('mid');
  expect(quotedId(message('a', now, { kind: 'comment', comment }))).toBe('c1');
  const messages = [
    message('first', now, { nativeMessageId: 'mid' }),
    message('second', now, { kind: 'comment', nativeMessageId: null, comment: { ...comment, commentId: 'c1' } }),
  ];
  expect([findQuoted(messages, 'mid')?.id, findQuoted(messages, 'c1')?.id]).toEqual(['first', 'second']);
  expect(findQuoted(messages, 'unknown')).toBeUndefined();
});

it('quotes neither stories nor the post itself', () => {
  expect(quotedId(message('a', now, { kind: 'story_reply', replyTo: 'story' }))).toBeNull();
  expect(quotedId(message('a', now, { kind: 'comment', comment: { ...comment, parentId: 'post' } }))).toBeNull();
  expect(quotedId(message('a', now, { kind: 'comment', comment: { ...comment, parentId: null } }))).toBeNull();
});
