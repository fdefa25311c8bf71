import { dayMs, hourMs, minuteMs, noWindow } from '@transom/shared';
import { accented, speakAccented, withAccents } from '@transom/shared/testing/accented';
import { describe, expect, it } from 'vitest';
import type { OutboxItem, Row, Session } from '../../contract/views.ts';
import { testAccount, testMessage, testNow, testPerson, testRow } from '../display/test-rows.ts';
import { clockTime } from '../display/when.ts';
import { followSystem } from '../start/follow-system.ts';
import { draw, press, shows, type, wordsOf } from '../testing/draw.tsx';
import { backToEnglish, englishLeft, preferLanguages, speakAccentedHere } from '../testing/spoken-screen.ts';
import { deskWith, testSession, type World } from '../testing/test-desk.ts';
import { hearSystem, text } from '../text/spoken.ts';
import { App } from './app.tsx';

/** Words that no catalogue has, for the names of people and what they write here. */
const named = (id: string) => ({
  id,
  name: `Zorro ${id}`,
  username: `zorro_${id}`,
  profileUrl: 'https://example.com/z',
});
const own = ['Zorro', 'Zorga', 'Zeta', 'Zebu', 'zorro', 'Nordic', 'http://localhost', 'disk_full', 'throttled'];
const mara = { ...testPerson, name: 'Zorga' };
const account = { ...testAccount, name: 'Zeta' };
const ours = { direction: 'outbound', origin: 'desk', author: mara } as const;
const picture = { type: 'image', url: 'https://example.com/p.jpg', title: null };
const handoff = {
  id: 'h',
  reason: 'social_dm_follow_up_needed',
  state: 'open',
  openedAt: testNow - hourMs,
  claimedBy: null,
  claimedUntil: null,
} as const;
const row = (id: string, change: Partial<Row> = {}) => testRow(id, { contact: named(id), ...change });
const last = (preview: string, change: Partial<NonNullable<Row['lastMessage']>> = {}) => ({
  lastMessage: {
    id: 'm',
    direction: 'inbound' as const,
    kind: 'text' as const,
    preview,
    state: 'received' as const,
    ...change,
  },
});
const opened = (agoMs: number) => ({ window: { ...noWindow, openedAt: testNow - agoMs, openedBy: 'm' } });

const rows = {
  closing: [
    row('a', { ...opened(23 * hourMs), ...last('Zebu'), lead: { id: 'l', stage: 'talking', topics: ['pricing'] } }),
  ],
  answer: [
    row('b', {
      handoff,
      ...last('', { kind: 'attachment' }),
      source: { kind: 'ad', postId: null, commentId: null, adTitle: 'Zebu' },
    }),
    row('f', { firstAnsweredAt: null, ...last('', { kind: 'story_mention' }) }),
  ],
  missed: [row('d', { ...opened(2 * dayMs), ...last('Zebu', { direction: 'outbound', state: 'failed' }) })],
  waiting: [row('e', { state: 'answered', ...last('Zebu', { direction: 'outbound', state: 'sent' }) })],
} satisfies World['rows'];
const messages = [
  testMessage('1', testNow - 3 * dayMs, { text: 'Zebu' }),
  testMessage('2', testNow - dayMs, { kind: 'story_reply', text: 'Zebu', attachments: [picture] }),
  testMessage('3', testNow - 20 * hourMs, { kind: 'unsupported', text: null }),
  testMessage('4', testNow - 19 * hourMs, { ...ours, text: 'Zebu', state: 'failed', failure: null }),
  testMessage('5', testNow - 18 * hourMs, { ...ours, text: 'Zebu', state: 'unconfirmed' }),
  testMessage('6', testNow - 17 * hourMs, { ...ours, direction: 'note', text: 'Zebu' }),
  testMessage('7', testNow - 16 * hourMs, { text: null, unsentAt: testNow }),
  testMessage('8', testNow - hourMs, { ...ours, text: 'Zebu', state: 'queued', waitsUntil: testNow + hourMs }),
];
const held: OutboxItem = {
  clientMessageId: 'o',
  conversationId: 'a',
  kind: 'reply',
  text: 'Zebu',
  createdAt: testNow,
  state: 'held',
  refusal: { code: 'window_closed' },
};
const world: World = {
  rows,
  messages,
  outbox: [held],
  handoffs: [row('b', { handoff })],
  session: { person: mara, accounts: [account] },
};

async function app(change: World = {}) {
  const desk = await deskWith({ ...world, ...change });
  return { desk, page: draw(desk, <App />) };
}
const isAllSaid = () => shows(() => expect(englishLeft(own)).toEqual([]));

describe('in a second language no word is left in English', () => {
  it('in list, thread, field and details, and their notices', async () => {
    speakAccentedHere();
    const { page, desk } = await app();
    await shows(() => expect(page.has('nothing-open') && page.has('row-e')).toBe(true));
    await isAllSaid();
    await desk.open('a');
    await shows(() => expect(page.has('message-8') && page.has('context') && page.has('outbox-o')).toBe(true));
    await isAllSaid();
    for (const tab of ['note', 'private_reply', 'reply'] as const) {
      desk.compose.getState().setMode(tab);
      await isAllSaid();
    }
    // Nobody answers for the host here, so it says that it was not reached.
    await desk.testNotification();
    await shows(() => expect(page.has('notice')).toBe(true));
    await isAllSaid();
    for (const id of ['b', 'd', 'e']) {
      await desk.open(id);
      await shows(() => expect(page.get('thread').getAttribute('aria-label')).toContain(withAccents(`Zorro ${id}`)));
      await isAllSaid();
    }
    expect(wordsOf(page.get('list-total'))).toBe(accented.inbox.total(5));
  });

  it('in handoffs, search, palette and the list of keys', async () => {
    speakAccentedHere();
    const hit = {
      conversationId: 'a',
      messageId: '1',
      contact: { ...named('a'), channel: 'instagram' },
      excerpt: 'Zebu',
      marks: [],
      sentAt: testNow,
    };
    const { page, desk } = await app({
      functions: { 'search.find': async ({ text: query }) => ({ hits: query === 'Ze' ? [hit] : [] }) },
    });
    await shows(() => expect(page.has('row-e')).toBe(true));
    page.get('go-handoffs').click();
    await shows(() => expect(page.get('go-handoffs').getAttribute('aria-current')).toBe('page'));
    await isAllSaid();
    for (const dialog of ['palette', 'keys', 'search'] as const) {
      desk.view.getState().setDialog(dialog);
      await shows(() => expect(document.querySelector('[role="dialog"]')).not.toBeNull());
      await isAllSaid();
    }
    for (const query of ['Ze', 'Zx']) {
      type(page.get('search-field'), query);
      await shows(() => expect(desk.search.getState().query).toBe(query));
      await isAllSaid();
    }
  });

  it.each<[string, Partial<Session>]>([
    ['live', {}],
    [
      'offline, with a trouble',
      {
        connection: { ...testSession.connection, relay: 'offline', outboxCount: 3, waitingAtRelay: 1 },
        trouble: { code: 'disk_full' },
      },
    ],
    [
      'in need of a person',
      {
        accounts: [{ ...account, state: 'reauth_required' }],
        person: { ...mara, role: 'owner' },
        secrets: { place: 'memory', reason: { code: 'no_keychain', params: { why: 'other' } } },
      },
    ],
  ])('in the lamp: %s', async (_what, session) => {
    speakAccentedHere();
    const { page } = await app({ session: { ...world.session, ...session } });
    await shows(() => expect(page.has('lamp')).toBe(true));
    page.get('lamp').click();
    await shows(() => expect(page.has('lamp-facts')).toBe(true));
    await isAllSaid();
  });

  it.each<[string, Partial<Session>]>([
    [
      'pairing',
      { paired: false, connection: { ...testSession.connection, relay: 'unpaired', reason: { code: 'revoked' } } },
    ],
    ['keychain-waiting', { paired: false, secrets: { place: 'asking', reason: null } }],
  ])('before it is connected: %s', async (shown, session) => {
    speakAccentedHere();
    const page = draw(await deskWith({ session }), <App />);
    await shows(() => expect(page.has(shown)).toBe(true));
    await isAllSaid();
  });
});

describe('a window that is open follows the system', () => {
  it('to another language: rows, countdown, tooltips, commands and notices, without losing the focus', async () => {
    backToEnglish();
    const { page, desk } = await app();
    followSystem(window, desk, () => performance.now());
    await desk.open('a');
    await shows(() => expect(page.has('message-8') && page.has('context')).toBe(true));
    desk.compose.getState().setText('Zebu');
    await shows(() => expect((page.get('send') as HTMLButtonElement).disabled).toBe(false));
    page.get('composer').focus();
    press('Enter', { ctrlKey: true }, page.get('composer'));
    await shows(() => expect(page.has('send-refusal')).toBe(true));
    desk.view.getState().say({ words: () => text.thread.onTheWay });
    await shows(() => expect(page.words()).toContain(text.thread.onTheWay));
    expect(englishLeft(own).length).toBeGreaterThan(20);
    const titleBefore = page.get('thread-clock').title;

    speakAccented();
    preferLanguages(['uk', 'en']);
    window.dispatchEvent(new Event('languagechange'));
    await isAllSaid();
    expect(document.documentElement.lang).toBe('uk');
    expect(document.activeElement).toBe(page.get('composer'));
    expect((page.get('composer') as HTMLTextAreaElement).value).toBe('Zebu');
    expect(page.words()).toContain(accented.thread.onTheWay);
    expect(page.get('thread-clock').title).not.toBe(titleBefore);
    expect(page.hasButton(accented.command.back)).toBe(true);
    // Dates are those of that language.
    expect(page.words()).toMatch(/\p{Script=Cyrillic}/u);
  });

  it('to another time zone, when somebody comes to it or a minute has passed', async () => {
    backToEnglish();
    process.env['TZ'] = 'Europe/Berlin';
    hearSystem();
    let now = 0;
    const { page, desk } = await app();
    followSystem(window, desk, () => now);
    await desk.open('a');
    await shows(() => expect(page.has('message-8')).toBe(true));
    const at = testNow - hourMs;
    const inBerlin = clockTime(at);
    expect(page.get('message-8').textContent).toContain(inBerlin);
    const titleInBerlin = page.get('thread-clock').title;

    process.env['TZ'] = 'Asia/Tokyo';
    window.dispatchEvent(new Event('focus'));
    await shows(() => expect(page.get('message-8').textContent).toContain(clockTime(at)));
    expect(clockTime(at)).not.toBe(inBerlin);
    expect(page.get('thread-clock').title).not.toBe(titleInBerlin);

    process.env['TZ'] = 'Europe/Berlin';
    now = minuteMs;
    desk.clock.setState({ now: testNow });
    await shows(() => expect(page.get('message-8').textContent).toContain(inBerlin));
    expect(page.get('thread-clock').title).toBe(titleInBerlin);
  });
});
