import { dayMs, hourMs } from '@transom/shared';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { MethodInput } from '../../contract/contract.ts';
import { runCommand } from '../commands/commands.ts';
import { testNow, testPerson, testRow } from '../display/test-rows.ts';
import { moment, momentAt } from '../display/when.ts';
import { draw, press, shows, wordsOf } from '../testing/draw.tsx';
import { deskWith } from '../testing/test-desk.ts';
import { text } from '../text/spoken.ts';
import { LaterDialog } from './later-dialog.tsx';

afterEach(() => void vi.useRealTimers());

async function dialog(row = testRow('a'), now: number | null = testNow) {
  const asked: MethodInput<'conversation.snooze'>[] = [];
  const desk = await deskWith({
    rows: { answer: [row, testRow('b')] },
    now,
    functions: {
      'conversation.snooze': async (input) => (asked.push(input), { ok: true }),
      'handoff.resolve': async () => ({ ok: true }),
    },
  });
  const page = draw(desk, <LaterDialog />);
  await vi.waitFor(() => expect(desk.inbox.getState().rows.size).toBe(2));
  desk.view.getState().setCursor(row.id);
  runCommand(desk, 'later');
  await shows(() => expect(page.has('later-dialog')).toBe(true));
  return { desk, page, asked, words: () => wordsOf(page.get('later-dialog')) };
}
const opened = (agoMs: number) => testRow('a', { window: { ...testRow('a').window, openedAt: testNow - agoMs } });

describe('putting off', () => {
  it('offers times, puts the conversation off, moves to the next one and can be undone', async () => {
    const { desk, page, asked } = await dialog();
    expect(wordsOf(page.get('later-threeHours'))).toBe(
      text.later.at.threeHours + moment(testNow + 3 * hourMs, testNow),
    );
    expect(await page.faults()).toEqual([]);
    page.get('later-threeHours').click();
    await shows(() => expect(page.has('later-dialog')).toBe(false));
    await shows(() => expect(desk.view.getState().notice?.action?.label()).toBe(text.notice.undo));
    expect(asked).toEqual([{ conversationId: 'a', until: testNow + 3 * hourMs }]);
    expect(desk.view.getState().cursorId).toBe('b');
    desk.view.getState().notice?.action?.run();
    await shows(() => expect(asked.at(-1)).toEqual({ conversationId: 'a', until: null }));
  });

  it('says when the window requires an earlier time, and puts it off no longer than that', async () => {
    const { page, asked } = await dialog(opened(18 * hourMs));
    const mark = testNow + 2 * hourMs;
    expect(wordsOf(page.get('later-hour'))).not.toContain('window');
    expect(wordsOf(page.get('later-threeHours'))).toContain(text.later.earlier(momentAt(mark, testNow)));
    page.get('later-threeHours').click();
    await shows(() => expect(asked).toEqual([{ conversationId: 'a', until: mark }]));
  });

  it('offers nothing where the window closes soon, and says why', async () => {
    const { page, words } = await dialog(opened(21 * hourMs));
    expect(words()).toContain(text.later.tooSoon);
    expect(page.has('later-hour')).toBe(false);
    press('Escape');
    await shows(() => expect(page.has('later-dialog')).toBe(false));
  });

  it.each([
    ['a day after that', dayMs, dayMs],
    ['whatever a clock that is behind says', -365 * dayMs, 0],
  ])(
    'where only an earlier time of the relay is known, offers times to come: %s',
    async (_when, computerMs, fromMs) => {
      vi.useFakeTimers({ toFake: ['Date'] });
      vi.setSystemTime(testNow + computerMs);
      const { page } = await dialog(testRow('a', { state: 'answered' }), null);
      const words = wordsOf(page.get('later-hour'));
      expect(words).toBe(text.later.at.hour + moment(testNow + fromMs + hourMs, testNow));
    },
  );

  it('tells somebody who may only read that they may not, before offering any time', async () => {
    const row = testRow('a');
    const desk = await deskWith({ rows: { answer: [row] }, session: { person: { ...testPerson, role: 'viewer' } } });
    const page = draw(desk, <LaterDialog />);
    await vi.waitFor(() => expect(desk.inbox.getState().rows.size).toBe(1));
    desk.view.getState().setCursor('a');
    runCommand(desk, 'later');
    expect(desk.view.getState().notice?.words()).toBe(text.reasons['forbidden.viewer']);
    expect(page.has('later-dialog')).toBe(false);
  });

  it('says who has it before offering any time for what a colleague has claimed', async () => {
    const claim = { state: 'claimed', claimedBy: { id: 'sam', name: 'Sam' }, claimedUntil: testNow + hourMs } as const;
    const handoff = { id: 'h', reason: 'social_dm_follow_up_needed', openedAt: testNow, ...claim } as const;
    const desk = await deskWith({ rows: { answer: [testRow('a', { handoff })] } });
    const page = draw(desk, <LaterDialog />);
    await vi.waitFor(() => expect(desk.inbox.getState().rows.size).toBe(1));
    desk.view.getState().setCursor('a');
    runCommand(desk, 'later');
    expect(desk.view.getState().notice?.words()).toBe(text.reasons['claimed_by_other.by']({ name: 'Sam' }));
    expect(page.has('later-dialog')).toBe(false);
  });

  it('has a title that is also true of a conversation that was answered', async () => {
    const { words } = await dialog(testRow('a', { state: 'answered' }));
    expect(words()).not.toMatch(/answer/iu);
  });

  it('does not open for a conversation that is done', async () => {
    const row = testRow('a', { state: 'done' });
    const desk = await deskWith({ rows: { done: [row], answer: [] } });
    const page = draw(desk, <LaterDialog />);
    desk.view.getState().setCursor('a');
    runCommand(desk, 'later');
    expect(desk.view.getState().dialog).toBeNull();
    expect(page.has('later-dialog')).toBe(false);
  });

  it('closes when another conversation takes the place of the one that it is about', async () => {
    const { desk, page, asked } = await dialog();
    await desk.act('resolve', 'a');
    await shows(() => expect(page.has('later-dialog')).toBe(false));
    expect([desk.view.getState().cursorId, desk.view.getState().dialog, asked]).toEqual(['b', null, []]);
  });
});
