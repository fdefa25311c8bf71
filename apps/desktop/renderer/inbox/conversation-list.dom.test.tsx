import { expect, it } from 'vitest';
import { testAccount, testRow } from '../display/test-rows.ts';
import { useKeyboard } from '../keyboard/use-keyboard.ts';
import { type Drawn, draw, press, shows, wordsOf } from '../testing/draw.tsx';
import { deskWith, type World } from '../testing/test-desk.ts';
import { text } from '../text/spoken.ts';
import { ConversationList } from './conversation-list.tsx';

function WithKeys() {
  useKeyboard();
  return <ConversationList />;
}

async function list(world: World) {
  const desk = await deskWith(world);
  return { desk, page: draw(desk, <WithKeys />) };
}

const three = {
  rows: { answer: [testRow('a'), testRow('b')], waiting: [testRow('w', { state: 'answered' })] },
} as const;
const inOrder = (page: Drawn) =>
  [...page.place.querySelectorAll('[role="row"]')]
    .sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
    .map((row) => row.getAttribute('data-testid') ?? wordsOf(row));

it('shows each lane with its count and its rows in their order', async () => {
  const { page } = await list(three);
  await shows(() => expect(page.has('row-w')).toBe(true));
  expect(inOrder(page)).toEqual([
    `${text.inbox.lane.closing}0 ${text.inbox.total(0)}`,
    text.inbox.laneEmpty.closing,
    `${text.inbox.lane.answer}2 ${text.inbox.total(2)}`,
    'row-a',
    'row-b',
    `${text.inbox.lane.missed}0 ${text.inbox.total(0)}`,
    text.inbox.laneEmpty.missed,
    `${text.inbox.lane.waiting}1 ${text.inbox.total(1)}`,
    'row-w',
    `${text.inbox.lane.done}0 ${text.inbox.total(0)}`,
  ]);
  expect(wordsOf(page.get('list-total'))).toBe(text.inbox.total(3));
  const grid = page.get('conversation-list');
  expect([grid.getAttribute('aria-label'), grid.getAttribute('aria-rowcount')]).toEqual([text.inbox.label, '10']);
  expect(await page.faults()).toEqual([]);
});

it('folds a lane', async () => {
  const { page } = await list(three);
  await shows(() => expect(page.get('lane-answer').getAttribute('aria-expanded')).toBe('true'));
  page.get('lane-answer').click();
  await shows(() => expect(page.has('row-a')).toBe(false));
  expect(page.get('lane-answer').getAttribute('aria-expanded')).toBe('false');
});

it('has one stop for Tab, which moves with the keys', async () => {
  const { page } = await list(three);
  await shows(() => expect(page.has('row-b')).toBe(true));
  const stops = () =>
    [...page.place.querySelectorAll('[tabindex="0"]')].map((stop) => stop.getAttribute('data-testid'));
  expect(stops()).toEqual(['row-a']);
  press('j');
  await shows(() => expect(document.activeElement).toBe(page.get('row-a')));
  press('j');
  await shows(() => expect(document.activeElement).toBe(page.get('row-b')));
  expect(stops()).toEqual(['row-b']);
  press('ArrowDown');
  await shows(() => expect(document.activeElement).toBe(page.get('lane-missed')));
  expect(stops()).toEqual(['lane-missed']);
});

it('opens a row on a click and on Enter', async () => {
  const { page, desk } = await list(three);
  await shows(() => expect(page.has('row-b')).toBe(true));
  page.get('row-b').click();
  await shows(() => expect(page.get('row-b').getAttribute('aria-selected')).toBe('true'));
  desk.close();
  page.get('row-a').focus();
  press('Enter');
  await shows(() => expect(page.get('row-a').getAttribute('aria-selected')).toBe('true'));
});

it('says what moved while it was held, and sorts on request', async () => {
  const { page, desk } = await list(three);
  await shows(() => expect(page.has('row-b')).toBe(true));
  desk.inbox.getState().hold(true);
  const changed = [testRow('a', { rev: 2, state: 'answered' })];
  await desk.emit('changes', { rows: { changed, gone: [] }, messages: { changed: [], gone: [] } });
  await shows(() => expect(wordsOf(page.get('waiting-pill'))).toBe(text.inbox.waiting(0, 1)));
  expect(await page.faults()).toEqual([]);
  page.get('waiting-pill').click();
  await shows(() => expect(page.has('waiting-pill')).toBe(false));
  expect(desk.inbox.getState().lanes.answer.ids).toEqual(['b']);
});

it.each([
  ['with an account', [testAccount], text.inbox.empty],
  ['without one', [], text.inbox.emptyNoAccount],
])('empty, says what comes next: %s', async (_what, accounts, said) => {
  const { page } = await list({ session: { accounts } });
  await shows(() => expect(wordsOf(page.get('inbox-empty'))).toBe(said));
  expect(await page.faults()).toEqual([]);
});

it('shows the handoffs that need a person, each with its reason and buttons', async () => {
  const handoff = {
    id: 'h',
    reason: 'social_dm_policy_review',
    state: 'open',
    openedAt: 1,
    claimedBy: null,
    claimedUntil: null,
  } as const;
  const claims: string[] = [];
  const { page, desk } = await list({
    rows: { answer: [testRow('a')] },
    handoffs: [testRow('h', { handoff })],
    functions: {
      'handoff.claim': async ({ conversationId }) => {
        claims.push(conversationId);
        return { ok: true };
      },
    },
  });
  desk.view.getState().goTo('handoffs');
  await shows(() => expect(page.has('row-h')).toBe(true));
  expect(wordsOf(page.get('row-h'))).toContain(text.handoffReason.social_dm_policy_review);
  expect(await page.faults()).toEqual([]);
  page.button(text.handoffs.claim).click();
  await shows(() => expect(claims).toEqual(['h']));
  // The button acts on its own row and does not open it.
  expect(desk.view.getState().openId).toBeNull();
});

it('says that no handoff needs anybody', async () => {
  const { page, desk } = await list({});
  desk.view.getState().goTo('handoffs');
  await shows(() => expect(page.words()).toContain(text.handoffs.empty));
});
