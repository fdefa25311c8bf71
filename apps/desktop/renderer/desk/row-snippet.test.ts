import { minuteMs } from '@transom/shared';
import { describe, expect, it } from 'vitest';
import type { OutboxItem } from '../../contract/views.ts';
import { isolated } from '../text/isolated.ts';
import { snippetOf } from './row-snippet.ts';
import { testNow, testRow } from './test-rows.ts';

const row = testRow('a', {
  lastMessage: { id: 'm', direction: 'outbound', kind: 'text', preview: 'Friday 2 PM ok?', state: 'sent' },
  lastMessageAt: testNow,
});
const waiting = (state: OutboxItem['state']): OutboxItem => ({
  clientMessageId: 'c',
  conversationId: 'a',
  kind: 'reply',
  text: 'Hi Maya',
  createdAt: testNow,
  state,
  refusal: null,
});

describe('a row', () => {
  it('says what was written last', () =>
    expect(snippetOf(row, undefined, true)).toMatchObject({ sign: 'ours', lead: 'You:', words: 'Friday 2 PM ok?' }));

  it('says that somebody reacted to it, until somebody writes', () => {
    const lastReaction = { messageId: 'm', emoji: '👍', preview: 'Friday 2 PM ok?', at: testNow + minuteMs };
    expect(snippetOf({ ...row, lastReaction }, undefined, true)).toMatchObject({
      sign: 'reaction',
      words: `Reacted 👍 to “${isolated('Friday 2 PM ok?')}”`,
    });
    const since = { ...row, lastReaction, lastMessageAt: testNow + 2 * minuteMs };
    expect(snippetOf(since, undefined, true).sign).toBe('ours');
  });

  it('says that a reply of this desk waits or is held, and nothing of one that goes out at this moment', () => {
    expect(snippetOf(row, waiting('queued'), false)).toMatchObject({ lead: 'Waits to be sent', words: 'Hi Maya' });
    expect(snippetOf(row, waiting('held'), true)).toMatchObject({ lead: 'Held, not sent', words: 'Hi Maya' });
    expect(snippetOf(row, waiting('sending'), true).lead).toBe('You:');
  });
});
