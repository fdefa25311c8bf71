import { type Account, because, dayMs, en, type Handoff, hourMs, noWindow } from '@transom/shared';
import { describe, expect, it } from 'vitest';
import type { CoreFunctions } from '../../contract/contract.ts';
import type { DraftTab, Row, Session } from '../../contract/views.ts';
import { barWords } from '../display/bar-words.ts';
import type { ComposerState } from '../display/composer-state.ts';
import { testAccount, testMessage, testNow, testPerson, testRow } from '../display/test-rows.ts';
import { draw, press, shows, type, wordsOf } from '../testing/draw.tsx';
import { deskWith, testSession, type World } from '../testing/test-desk.ts';
import { text } from '../text/spoken.ts';
import { Composer } from './composer.tsx';

const opened = (agoMs: number): Partial<Row> => ({ window: { ...noWindow, openedAt: testNow - agoMs, openedBy: 'm' } });
const commented = (change: Partial<NonNullable<Row['window']['comment']>> = {}): Partial<Row> => ({
  window: { ...noWindow, comment: { messageId: 'm', at: testNow - dayMs, privateReplyUsedAt: null, ...change } },
});
const heldBySam: Handoff = {
  id: 'h',
  reason: 'social_dm_follow_up_needed',
  state: 'claimed',
  openedAt: testNow,
  claimedBy: { id: 'sam', name: 'Sam' },
  claimedUntil: testNow + hourMs,
};
const account = (change: Partial<Account>): Partial<Session> => ({ accounts: [{ ...testAccount, ...change }] });
const person = (role: 'owner' | 'viewer'): Partial<Session> => ({ person: { ...testPerson, role } });
const relay = (state: Session['connection']['relay']): Partial<Session> => ({
  connection: { ...testSession.connection, relay: state },
});

async function composer(change: Partial<Row> = {}, world: World = {}, tab: DraftTab | null = null) {
  const row = testRow('c', change);
  const desk = await deskWith({ rows: { answer: [row] }, messages: [testMessage('m', 1)], ...world });
  await desk.open('c');
  await shows(() => expect(desk.compose.getState().isLoaded).toBe(true));
  if (tab !== null) desk.compose.getState().setMode(tab);
  const page = draw(desk, <Composer row={row} />);
  await shows(() => expect(page.has('composer')).toBe(true));
  const field = () => page.get('composer') as HTMLTextAreaElement;
  const send = () => page.get('send') as HTMLButtonElement;
  return { desk, page, field, send, bar: () => wordsOf(page.get('composer-bar')) };
}

type Barrier = readonly [
  kind: ComposerState['kind'],
  row: Partial<Row>,
  world: World,
  tab: DraftTab,
  may: 'send' | 'type' | 'read',
  label: string,
];
const { composer: words } = text;
const barriers: readonly Barrier[] = [
  ['open', {}, {}, 'reply', 'send', words.send.reply],
  [
    'human_agent',
    opened(30 * hourMs),
    { session: account({ humanAgentApproved: true }) },
    'reply',
    'send',
    words.sendAsPerson,
  ],
  ['private_reply', commented(), {}, 'private_reply', 'send', words.send.private_reply],
  ['note', {}, {}, 'note', 'send', words.send.note],
  ['offline', {}, { session: relay('offline') }, 'reply', 'send', words.queue],
  ['unknown_time', {}, { now: null }, 'reply', 'send', words.queue],
  ['reauth', {}, { session: account({ state: 'reauth_required' }) }, 'reply', 'send', words.queue],
  ['claimed', { handoff: heldBySam }, {}, 'reply', 'type', words.ask('Sam')],
  ['claimed', { handoff: heldBySam }, { session: person('owner') }, 'reply', 'type', words.takeOver],
  ['not_known', { accountId: 'another' }, {}, 'reply', 'read', words.send.reply],
  ['closed', opened(2 * dayMs), {}, 'reply', 'read', words.send.reply],
  [
    'private_reply_used',
    commented({ privateReplyUsedAt: testNow }),
    {},
    'private_reply',
    'read',
    words.send.private_reply,
  ],
  [
    'private_reply_on_its_way',
    commented({ privateReplyUsedAt: testNow, isReplyOnItsWay: true }),
    {},
    'private_reply',
    'read',
    words.send.private_reply,
  ],
  ['not_started', commented(), {}, 'reply', 'read', words.send.reply],
  ['unreachable', { unreachable: true }, {}, 'reply', 'read', words.send.reply],
  ['disconnected', {}, { session: account({ state: 'disconnected' }) }, 'reply', 'read', words.send.reply],
  ['viewer', {}, { session: person('viewer') }, 'note', 'read', words.send.note],
  ['erased', { erasedAt: testNow }, {}, 'reply', 'read', words.send.reply],
  [
    'plan',
    {},
    { session: { agency: { id: 'a', name: 'Nordic', plan: 'starter' } } },
    'reply',
    'read',
    words.send.reply,
  ],
];

describe('the composer says what may be done, and why not more', () => {
  it.each(barriers)('%s', async (kind, row, world, tab, may, label) => {
    const { page, desk, field, send, bar } = await composer(row, world, tab);
    await shows(() => expect(page.get('composer-box').getAttribute('data-state')).toBe(kind));
    expect(bar()).not.toBe('');
    expect(field().getAttribute('aria-describedby')).toBe(page.get('composer-bar').id);
    expect([field().readOnly, field().disabled]).toEqual([may === 'read', false]);
    if (may !== 'read') {
      type(field(), 'On Monday');
      await shows(() => expect(desk.compose.getState().drafts[tab].text).toBe('On Monday'));
    }
    await shows(() => expect(send().disabled).toBe(may === 'read'));
    expect(wordsOf(send())).toBe(label);
    expect(await page.faults()).toEqual([]);
  });

  it('when the window has lost the core', async () => {
    const { page, desk, field, send } = await composer();
    type(field(), 'On Monday');
    desk.cut();
    await shows(() => expect(page.get('composer-box').getAttribute('data-state')).toBe('unlinked'));
    expect([field().readOnly, send().disabled, field().value]).toEqual([false, true, 'On Monday']);
    expect(wordsOf(page.get('composer-bar'))).toBe(barWords({ kind: 'unlinked' }, testRow('c'), testNow));
  });

  it('also when words are left that cannot be sent now', async () => {
    const draft = { text: 'On Monday', rev: 1 };
    const none = { text: '', rev: 0 };
    const functions: Partial<CoreFunctions> = {
      'draft.get': async () => ({ drafts: { reply: draft, private_reply: none, note: none } }),
    };
    const { bar, field } = await composer(opened(2 * dayMs), { functions });
    await shows(() => expect(bar()).toContain(words.kept));
    expect(field().value).toBe('On Monday');
  });
});

/** A core that records what is sent and answers as the test wants. */
function sending(answer: () => Promise<Awaited<ReturnType<CoreFunctions['reply.send']>>>) {
  const sent: string[] = [];
  const functions: Partial<CoreFunctions> = {
    'reply.send': async ({ text: body }) => {
      sent.push(body);
      return answer();
    },
  };
  return { sent, world: { functions } };
}
const taken = async () => ({ ok: true as const });

describe('a press of Send', () => {
  it('sends the text, empties the field and keeps the focus in it', async () => {
    const { sent, world } = sending(taken);
    const { field, send } = await composer({}, world);
    expect(send().disabled).toBe(true);
    field().focus();
    type(field(), 'On Monday');
    await shows(() => expect(send().disabled).toBe(false));
    press('Enter', { ctrlKey: true });
    await shows(() => expect(sent).toEqual(['On Monday']));
    await shows(() => expect(field().value).toBe(''));
    expect(document.activeElement).toBe(field());
  });

  it('keeps the words and says why when it is refused', async () => {
    const { world } = sending(async () => ({ ok: false, refusal: { code: 'window_closed', detail: 'It closed.' } }));
    const { page, field, send } = await composer({}, world);
    type(field(), 'On Monday');
    await shows(() => expect(send().disabled).toBe(false));
    send().click();
    await shows(() => expect(wordsOf(page.get('send-refusal'))).toBe(words.notSent('It closed.')));
    expect(field().value).toBe('On Monday');
    expect(page.get('send-refusal').closest('[role="alert"]')).not.toBeNull();
    expect(await page.faults()).toEqual([]);
  });

  it('stops when the contact wrote again, and the next one sends', async () => {
    const { sent, world } = sending(taken);
    const { page, desk, field, send } = await composer({}, world);
    type(field(), 'On Monday');
    await desk.emit('changes', {
      rows: { changed: [], gone: [] },
      messages: { changed: [testMessage('n', 9)], gone: [] },
    });
    await shows(() => expect(wordsOf(page.get('wrote-again'))).toBe(words.wroteAgain('Buyer')));
    expect(wordsOf(send())).toBe(words.read);
    send().click();
    await shows(() => expect(page.has('wrote-again')).toBe(false));
    expect(sent).toEqual([]);
    send().click();
    await shows(() => expect(sent).toEqual(['On Monday']));
  });

  it('asks when a colleague has answered; the focus is on No, and only Yes sends', async () => {
    const { sent, world } = sending(taken);
    const { page, desk, field, send } = await composer({}, world);
    type(field(), 'On Monday');
    const sams = testMessage('a', 9, {
      direction: 'outbound',
      origin: 'desk',
      state: 'sent',
      author: { id: 'sam', name: 'Sam' },
      text: 'It is 4,900.',
    });
    await desk.emit('changes', { rows: { changed: [], gone: [] }, messages: { changed: [sams], gone: [] } });
    await shows(() => expect(wordsOf(page.get('newer-answer'))).toContain('It is 4,900.'));
    field().focus();
    send().click();
    await shows(() => expect(document.activeElement).toBe(page.get('keep-unsent')));
    expect(await page.faults()).toEqual([]);
    page.get('keep-unsent').click();
    await shows(() => expect(document.activeElement).toBe(field()));
    expect([sent, page.has('send-too')]).toEqual([[], false]);
    send().click();
    await shows(() => expect(page.has('send-too')).toBe(true));
    page.get('send-too').click();
    await shows(() => expect(sent).toEqual(['On Monday']));
  });

  it('asks the colleague who has it, in a note', async () => {
    const { page, desk, send } = await composer({ handoff: heldBySam });
    send().click();
    await shows(() => expect(page.get('composer-box').getAttribute('data-mode')).toBe('note'));
    expect(desk.compose.getState().drafts.note.text).toBe(words.askNote('Sam'));
  });
});

it('says how much of the limit is used, and sends nothing that is too long', async () => {
  const { page, field, send } = await composer();
  type(field(), 'x'.repeat(1_001));
  await shows(() => expect(page.words()).toContain(words.tooLong));
  expect(wordsOf(page.get('text-meter'))).toContain('1001 / 1000');
  expect(send().disabled).toBe(true);
});

it('says whether what is typed is on disk', async () => {
  const { page, field } = await composer();
  expect(page.has('draft-state')).toBe(false);
  type(field(), 'On Monday');
  await shows(() => expect(wordsOf(page.get('draft-state'))).toBe(words.draftSaving));
  field().focus();
  field().blur();
  await shows(() => expect(wordsOf(page.get('draft-state'))).toBe(words.draftSaved));
});

it('keeps one text for each tab', async () => {
  const { page, field } = await composer();
  type(field(), 'to the buyer');
  page.get('mode-note').click();
  await shows(() => expect(field().getAttribute('aria-label')).toBe(words.field.note));
  expect([field().value, page.get('mode-note').getAttribute('aria-pressed')]).toEqual(['', 'true']);
  page.get('mode-reply').click();
  await shows(() => expect(field().value).toBe('to the buyer'));
});

it('says what is wrong with the account', async () => {
  const trouble = { ...because('calls_refused.account'), sinceAt: testNow };
  const { page } = await composer({}, { session: account({ trouble }) });
  await shows(() => expect(wordsOf(page.get('account-trouble'))).toBe(en.reasons['calls_refused.account']));
});
