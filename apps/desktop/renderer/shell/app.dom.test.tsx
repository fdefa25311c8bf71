import { because, en } from '@transom/shared';
import { describe, expect, it } from 'vitest';
import type { Session } from '../../contract/views.ts';
import { commandIds, labelOf } from '../commands/commands.ts';
import { testAccount, testMessage, testNow, testPerson, testRow } from '../display/test-rows.ts';
import { draw, press, shows, wordsOf } from '../testing/draw.tsx';
import { deskWith, type TestDesk, testSession, type World } from '../testing/test-desk.ts';
import { text } from '../text/spoken.ts';
import { App } from './app.tsx';

const rows = { rows: { answer: [testRow('a'), testRow('b')] }, messages: [testMessage('m', testNow)] };

async function app(world: World = rows) {
  const desk = await deskWith(world);
  const page = draw(desk, <App />);
  await shows(() => expect(page.has('lamp')).toBe(true));
  return { desk, page };
}

async function lamp(session: Partial<Session>, world: World = {}) {
  const drawn = await app({ ...rows, ...world, session });
  drawn.page.get('lamp').click();
  await shows(() => expect(drawn.page.has('lamp-facts')).toBe(true));
  return { ...drawn, facts: () => wordsOf(drawn.page.get('lamp-facts')) };
}

describe('the window', () => {
  it('shows the list and what to do next; with a conversation open also its details', async () => {
    const { page, desk } = await app();
    await shows(() => expect(page.has('nothing-open')).toBe(true));
    expect(await page.faults()).toEqual([]);
    await desk.open('a');
    await shows(() => expect(page.has('thread') && page.has('context') && page.has('row-a')).toBe(true));
    expect(await page.faults()).toEqual([]);
  });

  it.each([
    ['asks for a code', { paired: false }, 'pairing'],
    ['waits for the keychain', { paired: false, secrets: { place: 'asking', reason: null } }, 'keychain-waiting'],
  ] as const)('%s where it is not paired', async (_what, session, shown) => {
    const page = draw(await deskWith({ session }), <App />);
    await shows(() => expect(page.has(shown)).toBe(true));
    expect(page.has('lamp')).toBe(false);
  });

  it('says above everything that something is wrong with this computer’s files', async () => {
    const trouble = { code: 'disk_full', detail: 'The disk is full.' };
    const { page } = await app({ session: { trouble } });
    await shows(() => expect(page.words()).toContain('The disk is full.disk_full'));
    expect(await page.faults()).toEqual([]);
  });
});

describe('keys', () => {
  it('go to the next conversation and open it, mark it as done and undo that', async () => {
    const asked: string[] = [];
    const answer =
      (action: string) =>
      async ({ conversationId }: { conversationId: string }) => {
        asked.push(`${action} ${conversationId}`);
        return { ok: true as const };
      };
    const { page } = await app({
      ...rows,
      functions: { 'handoff.resolve': answer('resolve'), 'handoff.reopen': answer('reopen') },
    });
    await shows(() => expect(page.has('row-b')).toBe(true));
    press('j', {}, document.body);
    press('o', {}, document.body);
    await shows(() => expect(page.get('row-a').getAttribute('aria-selected')).toBe('true'));
    press('e', {}, document.body);
    await shows(() => expect(page.get('row-b').getAttribute('aria-selected')).toBe('true'));
    press('z', {}, document.body);
    await shows(() => expect(asked).toEqual(['resolve a', 'reopen a']));
  });

  it('go through the parts of the window, and back', async () => {
    const { page, desk } = await app();
    await desk.open('a');
    await shows(() => expect(page.has('context') && page.has('composer') && page.has('row-a')).toBe(true));
    const parts = () => [
      page.get('row-a'),
      page.get('thread-scroller'),
      page.get('composer'),
      page.button(text.context.close),
    ];
    page.get('lamp').focus();
    for (const part of parts()) {
      press('F6');
      expect(document.activeElement).toBe(part);
    }
    press('F6', { shiftKey: true });
    expect(document.activeElement).toBe(page.get('composer'));
  });

  it('put what is typed after r into the field, even before it is there', async () => {
    const { page, desk } = await app();
    await shows(() => expect(page.has('row-a')).toBe(true));
    page.get('row-a').focus();
    for (const key of ['r', 'H', 'i']) press(key);
    await shows(() => expect(desk.compose.getState().drafts.reply.text).toBe('Hi'));
    expect(document.activeElement).toBe(page.get('composer'));
    press('Escape');
    expect(document.activeElement).toBe(page.get('row-a'));
  });

  it('are listed, each command once', async () => {
    const { page } = await app();
    press('?', {}, document.body);
    await shows(() => expect(page.has('keys-dialog')).toBe(true));
    const listed = [...page.get('keys-dialog').querySelectorAll('li > span:first-child')].map(wordsOf);
    expect(listed.toSorted()).toEqual(commandIds.map((id) => labelOf(id)).toSorted());
    expect(await page.faults()).toEqual([]);
  });

  it('go back to the list, to the row that was read', async () => {
    const { page, desk } = await app();
    await desk.open('a');
    await shows(() => expect(page.has('thread')).toBe(true));
    press('Escape', {}, document.body);
    await shows(() => expect(page.has('thread')).toBe(false));
    await shows(() => expect(document.activeElement).toBe(page.get('row-a')));
  });

  it('keep the focus: when the thread closes, it goes to its row', async () => {
    const { page, desk } = await app();
    await desk.open('a');
    await shows(() => expect(page.has('composer')).toBe(true));
    page.get('composer').focus();
    desk.close();
    await shows(() => expect(document.activeElement).toBe(page.get('row-a')));
  });
});

describe('the lamp', () => {
  it.each([
    ['live', {}, 'fine'],
    ['needs_you', { accounts: [{ ...testAccount, state: 'reauth_required' }] }, 'needs_you'],
    ['delayed', { connection: { ...testSession.connection, relay: 'delayed' } }, 'delayed'],
    ['offline', { connection: { ...testSession.connection, relay: 'offline' } }, 'offline'],
    ['refused', { connection: { ...testSession.connection, relay: 'refused' } }, 'needs_you'],
  ] as const)('says %s by word, name and shape', async (state, session, tone) => {
    const { page } = await app({ session: session as Partial<Session> });
    const sign = page.get('lamp');
    expect([sign.getAttribute('aria-label'), sign.dataset['tone'], wordsOf(sign)]).toEqual([
      text.lamp.label(text.lamp.state[state]),
      tone,
      text.lamp.state[state],
    ]);
    expect(sign.querySelectorAll('svg > *')).toHaveLength(1);
  });

  it('shows the facts behind it', async () => {
    const { page, facts } = await lamp({
      connection: { ...testSession.connection, outboxCount: 2, waitingAtRelay: 1 },
      secrets: { place: 'memory', reason: { code: 'no_keychain', detail: 'No keychain was found.' } },
    });
    for (const said of [
      text.lamp.stateDetail.live,
      testAccount.name,
      text.lamp.account.connected,
      text.lamp.humanAgent.state.none,
      text.lamp.waitsHere(2),
      text.lamp.waitsAtRelay(1),
      text.lamp.secretsPlace.memory,
      'No keychain was found.',
    ])
      expect(facts()).toContain(said);
    expect(await page.faults()).toEqual([]);
  });

  it('says what is wrong with an account', async () => {
    const trouble = { ...because('calls_refused.account'), sinceAt: 1 };
    const { facts } = await lamp({ accounts: [{ ...testAccount, trouble }] });
    expect(facts()).toContain(en.reasons['calls_refused.account']);
    expect(facts()).not.toContain(text.lamp.account.connected);
  });

  it('lets owners say what Meta granted an account, and shows when that was not accepted', async () => {
    const { page, desk, facts } = await lamp({ person: { ...testPerson, role: 'owner' } });
    const box = page.get('lamp-facts').querySelector<HTMLInputElement>('input[type="checkbox"]');
    expect([box?.checked, page.get('account-account').querySelector('label')?.textContent]).toEqual([
      false,
      text.lamp.humanAgent.label,
    ]);
    expect(await page.faults()).toEqual([]);
    // The core of this test does not answer such a call.
    box?.click();
    await shows(() => expect(facts()).toContain(text.notice.notReached));
    expect(box?.checked).toBe(false);
    await desk.emit('accounts', { accounts: [{ ...testAccount, humanAgentApproved: true }] });
    await shows(() => expect(box?.checked).toBe(true));
  });

  it('leads to what was refused and needs a person', async () => {
    const item = { clientMessageId: 'o', conversationId: 'b', kind: 'reply', text: 'Monday', createdAt: 1 } as const;
    const refusal = { code: 'window_closed', detail: 'The window closed.' } as const;
    const { page, desk } = await lamp({}, { outbox: [{ ...item, state: 'held', refusal }] });
    await shows(() => expect(page.hasButton(text.lamp.showHeld)).toBe(true));
    page.button(text.lamp.showHeld).click();
    await shows(() => expect([desk.view.getState().openId, page.has('lamp-facts')]).toEqual(['b', false]));
  });
});

describe('a notice', () => {
  it('says what was done, and undoes it with its button', async () => {
    const { page, desk } = await app();
    let undone = 0;
    desk.view
      .getState()
      .say({ words: () => 'Done.', action: { label: () => text.notice.undo, run: () => void (undone += 1) } });
    await shows(() => expect(wordsOf(page.get('notice'))).toContain('Done.'));
    expect(page.get('notice').closest('output')).not.toBeNull();
    expect(await page.faults()).toEqual([]);
    page.button(text.notice.undo).click();
    await shows(() => expect(page.has('notice')).toBe(false));
    expect(undone).toBe(1);
  });

  it.each([
    ['Escape', () => press('Escape')],
    ['its button', null],
  ])('is dismissed by %s, and nothing else is', async (_what, byKey) => {
    const { page, desk } = await app();
    await desk.open('a');
    desk.view.getState().say({ words: () => 'Done.' });
    await shows(() => expect(page.has('notice')).toBe(true));
    if (byKey === null) page.button(text.notice.dismiss).click();
    else byKey();
    await shows(() => expect(page.has('notice')).toBe(false));
    expect(desk.view.getState().openId).toBe('a');
  });

  it.each([
    ['over another conversation', async (desk: TestDesk) => desk.open('b')],
    ['while the keyboard is on another one', async (desk: TestDesk) => desk.view.getState().setCursor('b')],
  ])('says whose it is %s', async (_where, go) => {
    const { page, desk } = await app();
    await go(desk);
    desk.view.getState().say({ words: () => 'Not sent.', conversationId: 'a' });
    await shows(() => expect(wordsOf(page.get('notice'))).toContain(text.notice.about('Buyer a', 'Not sent.')));
  });
});

it('the rail goes to the handoffs and changes the theme, as the commands do', async () => {
  const { page, desk } = await app();
  page.get('go-handoffs').click();
  await shows(() => expect(page.get('go-handoffs').getAttribute('aria-current')).toBe('page'));
  page.button(text.rail.theme.system).click();
  await shows(() => expect(page.hasButton(text.rail.theme.light)).toBe(true));
  expect(desk.view.getState().theme).toBe('light');
  page.button(text.command.search).click();
  await shows(() => expect(page.has('search-dialog')).toBe(true));
});
