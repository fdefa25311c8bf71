import { minuteMs, noWindow } from '@transom/shared';
import { expect, it } from 'vitest';
import { testMessage, testNow, testRow } from '../display/test-rows.ts';
import { draw, shows, wordsOf } from '../testing/draw.tsx';
import { deskWith, type World } from '../testing/test-desk.ts';
import { text } from '../text/spoken.ts';
import { ThreadPane } from './thread-pane.tsx';

const row = testRow('c', {
  window: { ...noWindow, openedAt: testNow - 30 * minuteMs, openedBy: 'm' },
  contact: { id: 'k', name: 'Dana Whitlock', username: 'dana', profileUrl: null },
});

async function pane(world: World, id: string | null = 'c') {
  const desk = await deskWith(world);
  if (id !== null) void desk.open(id);
  return { desk, page: draw(desk, <ThreadPane />) };
}

it('without a conversation, says who is first and leads there', async () => {
  const { page, desk } = await pane({ rows: { answer: [row] } }, null);
  await shows(() => expect(page.words()).toContain(text.nothingOpen.waiting(1)));
  expect(await page.faults()).toEqual([]);
  page.button(text.nothingOpen.open('Dana')).click();
  await shows(() => expect(page.has('thread')).toBe(true));
  expect(desk.view.getState().openId).toBe('c');
});

it('without a conversation and without anybody waiting, says what the inbox holds', async () => {
  const { page } = await pane({ rows: { missed: [testRow('m')] } }, null);
  await shows(() => expect(page.words()).toContain(text.nothingOpen.missed(1)));
});

it('shows an open conversation: with whom, how long, what was written, and where to answer', async () => {
  const { page } = await pane({ rows: { answer: [row] }, messages: [testMessage('m', testNow, { text: 'Hello' })] });
  await shows(() => expect(page.has('message-m')).toBe(true));
  const thread = page.get('thread');
  expect(thread.getAttribute('aria-label')).toBe(text.thread.label('Dana Whitlock'));
  expect(thread.querySelector('h2')?.textContent).toBe('Dana Whitlock');
  expect(wordsOf(thread)).toContain('@dana');
  expect(wordsOf(page.get('thread-clock'))).toContain('23 h');
  expect(wordsOf(page.get('thread-edge'))).toContain(text.thread.start);
  expect(page.has('composer')).toBe(true);
  expect(await page.faults()).toEqual([]);
});

it('announces to screen readers what arrives while it is open', async () => {
  const { page, desk } = await pane({ rows: { answer: [row] }, messages: [testMessage('m', testNow)] });
  await shows(() => expect(page.has('message-m')).toBe(true));
  const news = testMessage('n', testNow + 1, { text: 'And the price?' });
  await desk.emit('changes', { rows: { changed: [], gone: [] }, messages: { changed: [news], gone: [] } });
  await shows(() => expect(wordsOf(page.get('arrivals'))).toBe(text.thread.said('Dana Whitlock', 'And the price?')));
});

it('says what is above the oldest message, and requests it', async () => {
  let reads = 0;
  const { page } = await pane({
    rows: { answer: [row] },
    functions: {
      'thread.read': async ({ before }) => {
        if (before !== null) reads += 1;
        const messages = before === null ? [testMessage('m', testNow)] : [];
        return { row, isComplete: true, messages, outbox: [], hasMore: false, olderUnreachable: true };
      },
    },
  });
  await shows(() => expect(wordsOf(page.get('thread-edge'))).toContain(text.thread.olderUnreachable));
  page.button(text.thread.again).click();
  await shows(() => expect(reads).toBe(1));
});

it('says that it could not be read, and reads again', async () => {
  let isBroken = true;
  const { page } = await pane({
    rows: { answer: [row] },
    functions: {
      'thread.read': async () => {
        if (isBroken) throw new Error('The core is away.');
        return { row, isComplete: true, messages: [], outbox: [], hasMore: false, olderUnreachable: false };
      },
    },
  });
  await shows(() => expect(page.words()).toContain(text.thread.failed));
  expect(await page.faults()).toEqual([]);
  isBroken = false;
  page.button(text.thread.again).click();
  await shows(() => expect(page.has('thread')).toBe(true));
});

it('keeps the unsent words of a conversation that is gone', async () => {
  const left = {
    clientMessageId: 'o',
    conversationId: 'gone',
    kind: 'reply',
    text: 'On Monday',
    createdAt: testNow,
    state: 'queued',
    refusal: null,
  } as const;
  const { page } = await pane({ outbox: [left] }, 'gone');
  await shows(() => expect(page.words()).toContain(text.thread.gone));
  expect(wordsOf(page.get('outbox-o'))).toContain('On Monday');
  expect(page.hasButton(text.thread.copy) && page.hasButton(text.thread.discard)).toBe(true);
  expect(await page.faults()).toEqual([]);
});
