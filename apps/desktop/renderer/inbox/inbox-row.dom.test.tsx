import { hourMs, minuteMs, noWindow } from '@transom/shared';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../contract/views.ts';
import { testNow, testPerson, testRow } from '../display/test-rows.ts';
import { draw, shows, wordsOf } from '../testing/draw.tsx';
import { deskWith, type World } from '../testing/test-desk.ts';
import { text } from '../text/spoken.ts';
import { InboxRow } from './inbox-row.tsx';

async function rowOf(change: Partial<Row>, world: World = {}) {
  const desk = await deskWith({ rows: { answer: [testRow('c', change)] }, ...world });
  const page = draw(
    desk,
    <div role="grid" aria-label="List">
      <InboxRow id="c" top={0} position={1} isStop isHandoff={false} />
    </div>,
  );
  await shows(() => expect(page.has('row-c')).toBe(true));
  const signs = () => [...page.place.querySelectorAll('[role="img"]')].map((sign) => sign.getAttribute('aria-label'));
  return { page, desk, words: () => wordsOf(page.get('row-c')), signs };
}

type Last = NonNullable<Row['lastMessage']>;
const last = (change: Partial<Last> = {}): Last => ({
  id: 'l',
  direction: 'inbound',
  kind: 'text',
  preview: 'How much?',
  state: 'received',
  author: null,
  ...change,
});
const ours = (change: Partial<Last> = {}) =>
  last({ direction: 'outbound', state: 'sent', author: testPerson, ...change });
const claim = (id: string, name: string): Row['handoff'] => ({
  id: 'h',
  reason: 'social_dm_follow_up_needed',
  state: 'claimed',
  openedAt: testNow,
  claimedBy: { id, name },
  claimedUntil: testNow + hourMs,
});

describe('a row', () => {
  it.each([
    ['what they wrote', { lastMessage: last() }, ['How much?', text.inbox.kind.dm]],
    ['a comment', { lastMessage: last({ kind: 'comment' }) }, ['How much?']],
    [
      'a picture without words',
      { lastMessage: last({ kind: 'attachment', preview: '' }) },
      [text.inbox.noText.attachment],
    ],
    ['what this person wrote', { lastMessage: ours() }, [`${text.inbox.you} How much?`]],
    ['what a colleague wrote', { lastMessage: ours({ author: { id: 'sam', name: 'Sam' } }) }, [text.inbox.by('Sam')]],
    ['what was not sent', { lastMessage: ours({ state: 'failed' }) }, [text.inbox.notSent]],
    ['what may have arrived', { lastMessage: ours({ state: 'unconfirmed' }) }, [text.inbox.notSure]],
    ['what is on its way', { lastMessage: ours({ state: 'queued' }) }, [text.inbox.notSentYet]],
    ['a note', { lastMessage: last({ direction: 'note', kind: 'note' }) }, [text.inbox.kind.note]],
    [
      'a reaction',
      { lastReaction: { messageId: 'm', emoji: '❤️', preview: 'Monday', at: testNow } },
      [text.inbox.reacted('❤️', 'Monday')],
    ],
    [
      'topics',
      { lead: { id: 'l', stage: 'new', topics: ['pricing', 'consult_booking', 'install_timing'] } },
      ['PriceConsult+1'],
    ],
  ] as const)('says %s', async (_what, change, said) => {
    const { words } = await rowOf(change as Partial<Row>);
    for (const part of said) expect(words()).toContain(part);
  });

  it('says who it is, on which channel, and whether it was read', async () => {
    const { words, signs } = await rowOf({ unread: true, channel: 'facebook' });
    expect(words()).toContain('Buyer c');
    expect(signs()).toEqual(expect.arrayContaining([text.inbox.unread, text.channel('facebook')]));
  });

  it.each([
    ['mara', 'Mara', text.inbox.claimedByYou],
    ['sam', 'Sam', text.inbox.claimedBy('Sam')],
  ])('says who is on it: %s', async (id, name, said) => {
    const { signs } = await rowOf({ handoff: claim(id, name) });
    expect(signs()).toContain(said);
  });

  it('counts the time that is left, in words for screen readers', async () => {
    const window = { ...noWindow, openedAt: testNow - 22 * hourMs - 30 * minuteMs, openedBy: 'm' };
    const { words, signs } = await rowOf({ window });
    expect(words()).toContain('1 h 29 m');
    expect(signs()).toContain(`${text.clock.state.closing}: 1 h 29 m`);
  });

  it('says that something of this desk is on hold', async () => {
    const refusal = { code: 'window_closed', detail: 'The window closed.' } as const;
    const item = { clientMessageId: 'o', conversationId: 'c', kind: 'reply', text: 'Monday', createdAt: 1 } as const;
    const { words } = await rowOf({}, { outbox: [{ ...item, state: 'held', refusal }] });
    await shows(() => expect(words()).toContain(`${text.inbox.heldBack} Monday`));
  });

  it('is redrawn when it changes', async () => {
    const { desk, words } = await rowOf({ lastMessage: last() });
    const changed = [testRow('c', { rev: 2, lastMessage: last({ preview: 'Hello?' }) })];
    await desk.emit('changes', { rows: { changed, gone: [] }, messages: { changed: [], gone: [] } });
    await shows(() => expect(words()).toContain('Hello?'));
  });

  it('gives axe nothing to find, with all that it can show', async () => {
    const { page } = await rowOf({
      unread: true,
      lastMessage: ours({ state: 'failed' }),
      handoff: claim('sam', 'Sam'),
      lead: { id: 'l', stage: 'new', topics: ['pricing', 'consult_booking', 'install_timing'] },
    });
    expect(await page.faults()).toEqual([]);
  });
});
