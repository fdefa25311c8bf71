import { isolated, minuteMs } from '@transom/shared';
import { describe, expect, it } from 'vitest';
import type { OutboxItem, Row } from '../../contract/views.ts';
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

const live = { isLive: true, meId: 'mara' };
const away = { isLive: false, meId: 'mara' };
const sent = (change: Partial<NonNullable<Row['lastMessage']>>): Row => ({
  ...row,
  lastMessage: { ...row.lastMessage!, ...change },
});

describe('a row', () => {
  it('says that an update helps where its newest message cannot be shown', () => {
    const strange = { direction: 'unknown', kind: 'unknown', preview: '', state: 'unknown' } as const;
    expect(snippetOf(sent(strange), undefined, live).words).toBe('Update Transom to see this message.');
    expect(snippetOf(sent({ ...strange, preview: 'A sketch' }), undefined, live).words).toBe('A sketch');
  });

  it('says what was written last, and by whom', () => {
    const by = (id: string) => snippetOf(sent({ author: { id, name: 'Sam' } }), undefined, live);
    expect(by('mara')).toMatchObject({ sign: 'ours', lead: 'You:', words: 'Friday 2 PM ok?' });
    expect(by('sam').lead).toBe(`${isolated('Sam')}:`);
    expect(snippetOf(sent({ author: null }), undefined, live).lead).toBe('We:');
    expect(snippetOf(row, undefined, live).lead).toBe('We:');
  });

  it('never shows an unsent message as if it had been sent', () => {
    const leads = (['queued', 'sending', 'failed', 'unconfirmed'] as const).map(
      (state) => snippetOf(sent({ state, author: { id: 'mara', name: 'Mara' } }), undefined, live).lead,
    );
    expect(leads).toEqual(['Not sent yet:', 'Not sent yet:', 'Not sent:', 'Not sure it went out:']);
  });

  it('says that somebody reacted to it, until somebody writes', () => {
    const lastReaction = { messageId: 'm', emoji: '👍', preview: 'Friday 2 PM ok?', at: testNow + minuteMs };
    expect(snippetOf({ ...row, lastReaction }, undefined, live)).toMatchObject({
      sign: 'reaction',
      words: `Reacted with 👍 to “${isolated('Friday 2 PM ok?')}”`,
    });
    const since = { ...row, lastReaction, lastMessageAt: testNow + 2 * minuteMs };
    expect(snippetOf(since, undefined, live).sign).toBe('ours');
  });

  it('says that a reply or a note of this desk waits or is held, and ignores one that is just being sent', () => {
    expect(snippetOf(row, waiting('queued'), away)).toMatchObject({ lead: 'Waiting to be sent:', words: 'Hi Maya' });
    expect(snippetOf(row, { ...waiting('queued'), kind: 'note' }, away).lead).toBe('Note waiting:');
    expect(snippetOf(row, waiting('held'), live)).toMatchObject({ lead: 'On hold:', words: 'Hi Maya' });
    expect(snippetOf(row, waiting('sending'), live).lead).toBe('We:');
  });
});
