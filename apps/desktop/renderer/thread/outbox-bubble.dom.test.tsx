import { describe, expect, it } from 'vitest';
import type { OutboxItem } from '../../contract/views.ts';
import { testNow, testRow } from '../display/test-rows.ts';
import { draw, shows, wordsOf } from '../testing/draw.tsx';
import { deskWith } from '../testing/test-desk.ts';
import { text } from '../text/spoken.ts';
import { OutboxBubble } from './outbox-bubble.tsx';

const answer = { messageId: 'a', by: 'Sam', text: 'It is 4,900.', sentAt: testNow };
const itemOf = (change: Partial<OutboxItem> = {}): OutboxItem => ({
  clientMessageId: 'o',
  conversationId: 'c',
  kind: 'reply',
  text: 'On Monday',
  createdAt: testNow,
  state: 'queued',
  refusal: null,
  ...change,
});

async function bubble(item: OutboxItem) {
  const asked: string[] = [];
  const desk = await deskWith({
    rows: { answer: [testRow('c')] },
    functions: {
      'outbox.retry': async ({ seenMessageId }) => {
        asked.push(`retry ${seenMessageId}`);
        return { ok: true };
      },
      'outbox.withdraw': async ({ keep }) => {
        asked.push(`withdraw ${keep}`);
        return { isWithdrawn: true };
      },
    },
  });
  await desk.open('c');
  const page = draw(desk, <OutboxBubble item={item} />);
  await shows(() => expect(page.has('outbox-o')).toBe(true));
  return { page, desk, asked, buttons: () => [...page.get('outbox-o').querySelectorAll('button')].map(wordsOf) };
}

const { edit, discard, copy, sendAgain } = text.thread;
const held = (refusal: OutboxItem['refusal']) => itemOf({ state: 'held', refusal });

describe('what this desk has not handed over', () => {
  it.each([
    ['waits', itemOf(), text.thread.outbox.queued, [edit, discard]],
    ['is on its way', itemOf({ state: 'sending' }), text.thread.outbox.sending, []],
    [
      'was refused',
      held({ code: 'window_closed', detail: 'The window closed.' }),
      'The window closed.',
      [sendAgain, edit, copy, discard],
    ],
    [
      'has the id of another text, and can only be taken out',
      held({ code: 'id_reused', detail: 'Used before.' }),
      'Used before.',
      [edit, copy, discard],
    ],
    [
      'came after a colleague’s answer',
      held({ code: 'answered_meanwhile', detail: 'Sam answered.', answer }),
      'It is 4,900.',
      [text.newerAnswer.sendToo, edit, copy, discard],
    ],
  ] as const)('says so and offers what can be done: it %s', async (_what, item, said, offered) => {
    const { page, buttons } = await bubble(item);
    expect(wordsOf(page.get('outbox-o'))).toContain('On Monday');
    expect(wordsOf(page.get('outbox-o'))).toContain(said);
    expect(buttons()).toEqual(offered);
    expect(await page.faults()).toEqual([]);
  });

  it('is sent over a colleague’s answer only by naming it as seen', async () => {
    const { page, asked } = await bubble(held({ code: 'answered_meanwhile', detail: 'Sam answered.', answer }));
    page.button(text.newerAnswer.sendToo).click();
    await shows(() => expect(asked).toEqual(['retry a']));
  });

  it('can be discarded, and restored for a while', async () => {
    const { page, desk, asked } = await bubble(itemOf());
    page.button(discard).click();
    await shows(() => expect(desk.view.getState().notice?.action?.label()).toBe(text.thread.putBack));
    expect(asked).toEqual(['withdraw false']);
    desk.view.getState().notice?.action?.run();
    await shows(() => expect(desk.compose.getState().drafts.reply.text).toBe('On Monday'));
  });
});
