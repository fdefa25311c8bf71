import { because, en, type Message } from '@transom/shared';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../contract/views.ts';
import { testMessage, testNow, testPerson, testRow } from '../display/test-rows.ts';
import { draw, shows, wordsOf } from '../testing/draw.tsx';
import { deskWith } from '../testing/test-desk.ts';
import { text } from '../text/spoken.ts';
import { ThreadLog } from './thread-log.tsx';

const picture = { type: 'image', url: 'https://example.com/p.jpg', title: null };
const comment = { commentId: 'k', parentId: 'p', postId: 'p', permalink: 'https://example.com/post' };
const outbound: Partial<Message> = { direction: 'outbound', origin: 'desk', state: 'sent', author: testPerson };

async function thread(messages: readonly Message[], change: Partial<Row> = {}, functions = {}) {
  const row = testRow('c', change);
  const desk = await deskWith({ rows: { answer: [row] }, messages, functions });
  await desk.open('c');
  const page = draw(desk, <ThreadLog row={row} />);
  const last = messages.at(-1);
  await shows(() => expect(page.has(`message-${last?.id}`) || page.words().includes(text.thread.noteOnly)).toBe(true));
  return { page, desk };
}

type Case = readonly [what: string, change: Partial<Message>, said: string];
const kinds: readonly Case[] = [
  ['plain words', { text: 'How much is it?' }, 'How much is it?'],
  ['words without anything to see', { text: '\u200b' }, text.thread.noVisibleText],
  ['a picture', { kind: 'attachment', text: null, attachments: [picture] }, text.thread.attachmentHint],
  ['a picture that is gone', { attachments: [{ ...picture, url: null }] }, text.thread.attachmentGone],
  ['a mention in a story', { kind: 'story_mention', text: null }, text.thread.storyMention],
  ['a reply to a story', { kind: 'story_reply' }, text.thread.storyReply],
  ['a tapped button', { kind: 'postback' }, text.thread.postback],
  ['what the channel did not pass on', { kind: 'unsupported', text: null }, text.thread.unsupported('Instagram')],
  ['what came after this desk', { kind: 'unknown', text: null }, text.update.message],
  ['a comment', { kind: 'comment', comment: { ...comment, parentId: null } }, text.thread.comment],
  ['an answer under a post', { kind: 'comment', comment }, text.thread.commentReply],
  ['our private reply', { ...outbound, kind: 'private_reply' }, text.thread.privateReply],
  ['an edited one', { editedAt: testNow }, text.thread.edited],
  ['one taken back', { text: null, unsentAt: testNow }, text.thread.unsent],
  ['a hidden comment', { kind: 'comment', comment, hiddenAt: testNow }, text.thread.hidden('instagram')],
];

describe('a bubble', () => {
  it.each(kinds)('says what it is: %s', async (_what, change, said) => {
    const { page } = await thread([testMessage('m', testNow, change)]);
    expect(wordsOf(page.get('message-m'))).toContain(said);
    expect(page.get('message-m').getAttribute('aria-label')).toBe(
      change.direction === 'outbound' ? testPerson.name : 'Buyer c',
    );
  });

  it('names a reaction for screen readers', async () => {
    const { page } = await thread([testMessage('m', testNow, { reaction: '❤️' })]);
    expect(page.place.querySelector('[role="img"][aria-label]')?.getAttribute('aria-label')).toBe(
      text.thread.reaction('❤️'),
    );
  });

  it('never turns anybody’s words into markup', async () => {
    const { page } = await thread([testMessage('m', testNow, { text: '<b>https://evil.example</b>' })]);
    expect(wordsOf(page.get('message-m'))).toContain('<b>https://evil.example</b>');
    expect(page.get('message-m').querySelector('a, b')).toBeNull();
  });

  it('loads nothing and opens an attachment and a post outside', async () => {
    const opened: string[] = [];
    const functions = {
      'host.openExternal': async ({ url }: { url: string }) => {
        opened.push(url);
        return { ok: true, openHere: null };
      },
    };
    const message = testMessage('m', testNow, { kind: 'comment', comment, attachments: [picture] });
    const { page } = await thread([message], {}, functions);
    expect(page.get('message-m').querySelector('img')).toBeNull();
    page.button(text.thread.openAttachment).click();
    page.button(text.thread.openPost).click();
    await shows(() => expect(opened).toEqual([picture.url, comment.permalink]));
  });

  it('shows nothing of an erased person', async () => {
    const { page } = await thread([testMessage('m', testNow, { text: 'secret' })], { erasedAt: testNow });
    expect(wordsOf(page.get('message-m'))).toContain(text.thread.erased);
    expect(page.words()).not.toContain('secret');
  });

  it('quotes what it answers, and leads there', async () => {
    const asked = testMessage('a', testNow - 10, { nativeMessageId: 'mid', text: 'Which size?' });
    const { page, desk } = await thread([asked, testMessage('m', testNow, { replyTo: 'mid' })]);
    const quote = page.get('quote-mid');
    expect(quote.getAttribute('aria-label')).toBe(text.thread.quoteLabel('Buyer c', 'Which size?'));
    quote.click();
    await shows(() => expect(desk.thread.getState().focusId).toBe('a'));
  });
});

describe('a message of ours', () => {
  it.each(['queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unconfirmed'] as const)(
    'says how far it has come: %s',
    async (state) => {
      const { page } = await thread([testMessage('m', testNow, { ...outbound, state })]);
      expect(wordsOf(page.get('state-m'))).toBe(text.thread.state[state]);
    },
  );

  it.each([
    ['in its own words', because('not_thread_owner'), `${en.reasons.not_thread_owner}not_thread_owner`],
    [
      'in those of an older relay',
      { code: 'policy_refused', detail: 'Meta refused it.' },
      'Meta refused it.policy_refused',
    ],
  ])('that failed says why, %s, and can be edited again', async (_, failure, said) => {
    const { page, desk } = await thread([testMessage('m', testNow, { ...outbound, state: 'failed', failure })]);
    expect(wordsOf(page.get('message-m'))).toContain(said);
    page.button(text.thread.editAgain).click();
    await shows(() => expect(desk.compose.getState().drafts.reply.text).toBe('m'));
  });

  it('that may have arrived asks a person', async () => {
    const said: unknown[] = [];
    const functions = {
      'message.confirm': async (input: unknown) => {
        said.push(input);
        return { ok: true };
      },
    };
    const { page } = await thread([testMessage('m', testNow, { ...outbound, state: 'unconfirmed' })], {}, functions);
    expect(wordsOf(page.get('message-m'))).toContain(text.thread.unconfirmedHint('Instagram'));
    page.button(text.thread.notArrived).click();
    await shows(() => expect(said).toEqual([{ messageId: 'm', arrived: false }]));
  });

  it('that waits says so, and only its author takes it back', async () => {
    const waits = { ...outbound, state: 'queued', waitsUntil: testNow + 60_000 } as const;
    const sams = { id: 's', ...waits, author: { id: 'sam', name: 'Sam' } };
    const { page } = await thread([testMessage('s', testNow, sams), testMessage('m', testNow + 1, waits)]);
    expect(page.get('waits-s').querySelector('button')).toBeNull();
    expect([...page.get('waits-m').querySelectorAll('button')].map(wordsOf)).toEqual([
      text.thread.edit,
      text.thread.waits.cancel,
    ]);
  });

  it('written elsewhere says where', async () => {
    const { page } = await thread([testMessage('m', testNow, { ...outbound, origin: 'elsewhere', author: null })]);
    expect(wordsOf(page.get('message-m'))).toContain(text.thread.elsewhere('Instagram'));
  });
});

it('a note is not an answer', async () => {
  const note = testMessage('n', testNow, {
    ...outbound,
    direction: 'note',
    kind: 'note',
    state: 'received',
    text: 'Ask Sam',
  });
  const { page } = await thread([note]);
  expect(page.words()).toContain(`${text.thread.noteOnly}Ask Sam`);
  expect(page.words()).toContain(testPerson.name);
});

it('axe finds nothing in bubbles of every kind and state', async () => {
  const states = ['queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unconfirmed'] as const;
  const all = [
    ...kinds.map(([what, change]) => testMessage(what.replaceAll(' ', '-'), testNow, change)),
    ...states.map((state) => testMessage(state, testNow, { ...outbound, state })),
    testMessage('z', testNow, { direction: 'note', kind: 'note' }),
  ];
  const { page } = await thread(all);
  expect(await page.faults()).toEqual([]);
}, 20_000);
