import { claimLeaseMs, dayMs, hourMs, noWindow, policyOf } from '@transom/shared';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../contract/views.ts';
import { testAccount, testMessage, testNow, testRow } from '../display/test-rows.ts';
import { draw, shows, wordsOf } from '../testing/draw.tsx';
import { deskWith, type World } from '../testing/test-desk.ts';
import { text } from '../text/spoken.ts';
import { ContextPanel } from './context-panel.tsx';

const comment = { messageId: 'k', at: testNow - hourMs, privateReplyUsedAt: null };
const handoff = {
  id: 'h',
  reason: 'social_dm_follow_up_needed',
  state: 'open',
  openedAt: testNow - hourMs,
  claimedBy: null,
  claimedUntil: null,
} as const;

async function details(change: Partial<Row> = {}, world: World = {}) {
  const desk = await deskWith({ rows: { answer: [testRow('c', change)] }, ...world });
  await desk.open('c');
  const page = draw(desk, <ContextPanel />);
  await shows(() => expect(page.has('context')).toBe(true));
  const facts = () =>
    Object.fromEntries(
      [...page.get('context').querySelectorAll('dl > div')].map((fact) => {
        const [name, value] = [fact.querySelector('dt'), fact.querySelector('dd')];
        return [name === null ? '' : wordsOf(name), value === null ? '' : wordsOf(value)];
      }),
    );
  return { desk, page, facts };
}

const c = text.context;

describe('the details', () => {
  it('show what they want, where they come from, and what the countdown is based on', async () => {
    const { page, facts } = await details(
      {
        lead: { id: 'l', stage: 'talking', topics: ['pricing'] },
        source: { kind: 'ad', postId: null, commentId: null, adTitle: 'Winter saunas' },
      },
      { messages: [testMessage('m', testNow - hourMs, { text: 'How much?' })] },
    );
    expect(facts()).toMatchObject({
      [c.stage]: text.stage.talking,
      [c.topics]: text.topic.pricing,
      [c.source]: text.source.ad,
      [c.adTitle]: 'Winter saunas',
      [c.rule]: c.ruleText.standard,
    });
    expect(facts()[c.openedAt]).toContain('How much?');
    expect(facts()[c.endsAt]).not.toBe('');
    expect(page.words()).toContain(c.rulesVersion(policyOf(testAccount).version));
    expect(await page.faults()).toEqual([]);
  });

  it('say that there is no lead, no handoff and no window yet', async () => {
    const { page, facts } = await details({ window: noWindow });
    expect(page.words()).toContain(c.noLead);
    expect(page.words()).toContain(text.handoffs.none);
    expect(facts()[c.rule]).toBe(c.ruleText.none);
    expect(await page.faults()).toEqual([]);
  });

  it.each([
    ['free', {}, 'Available until'],
    ['used', { privateReplyUsedAt: testNow }, 'Used'],
    ['too late', { at: testNow - 8 * dayMs }, 'Expired'],
    ['on its way', { privateReplyUsedAt: testNow, isReplyOnItsWay: true }, c.privateReplyOnItsWay],
  ])('say what became of the one private reply: %s', async (_what, change, said) => {
    const { facts } = await details({ window: { ...noWindow, comment: { ...comment, ...change } } });
    expect(facts()[c.privateReply]).toContain(said);
  });

  it('lead to the profile and to the post, outside the desk', async () => {
    const opened: string[] = [];
    const profileUrl = 'https://example.com/dana';
    const permalink = 'https://example.com/post';
    const said = testMessage('k', testNow, {
      kind: 'comment',
      comment: { commentId: 'k', parentId: null, postId: 'p', permalink },
    });
    const { page } = await details(
      { contact: { id: 'k', name: 'Dana', username: null, profileUrl }, window: { ...noWindow, comment } },
      {
        messages: [said],
        functions: {
          'host.openExternal': async ({ url }) => {
            opened.push(url);
            return { ok: true, openHere: null };
          },
        },
      },
    );
    page.button(c.openProfile).click();
    page.button(text.thread.openPost).click();
    await shows(() => expect(opened).toEqual([profileUrl, permalink]));
  });

  it('copy Meta’s id of the message that opened the window, and say so', async () => {
    const copied: string[] = [];
    Object.defineProperty(navigator, 'clipboard', {
      configurable: true,
      value: { writeText: async (words: string) => void copied.push(words) },
    });
    const { page } = await details({}, { messages: [testMessage('m', testNow, { nativeMessageId: 'mid.1' })] });
    page.get('copy-proof').click();
    await shows(() => expect(wordsOf(page.get('copy-proof'))).toBe(c.copyOutcome.copied));
    expect(copied).toEqual(['mid.1']);
  });

  it('say who has it and what this person may do', async () => {
    const { page, desk } = await details({ handoff });
    expect(page.words()).toContain(text.handoffReason.social_dm_follow_up_needed);
    expect(page.words()).toContain(text.handoffs.open);
    expect(page.hasButton(text.handoffs.claim) && page.hasButton(text.handoffs.resolve)).toBe(true);
    // With the keyboard, Claim comes before closing the details.
    expect(desk.focus.focus('details')).toBe(true);
    expect(document.activeElement).toBe(page.button(text.handoffs.claim));
    const claimed = {
      state: 'claimed',
      claimedBy: { id: 'sam', name: 'Sam' },
      claimedUntil: testNow + claimLeaseMs,
    } as const;
    const changed = [testRow('c', { rev: 2, handoff: { ...handoff, ...claimed } })];
    await desk.emit('changes', { rows: { changed, gone: [] }, messages: { changed: [], gone: [] } });
    await shows(() => expect(page.words()).toContain(text.handoffs.claimedBy('Sam', '').trim()));
    await shows(() => expect(page.hasButton(text.handoffs.claim)).toBe(false));
  });

  it('close with their button', async () => {
    const { page, desk } = await details();
    page.button(c.close).click();
    expect(desk.view.getState().context).toBe('closed');
  });
});
