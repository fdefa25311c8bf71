import { hourMs } from '@transom/shared';
import { expect, it } from 'vitest';
import {
  buyer,
  commentChanged,
  commented,
  delivered,
  echoed,
  edited,
  noon,
  reacted,
  read,
  unsent,
  wrote,
} from '../testing/events.ts';
import { openRelayRoom } from '../testing/relay-room.ts';

it.each([
  ['emoji with joiners', '👩‍👩‍👧‍👦 🧖🏽‍♀️ ✔️ 🇳🇴'],
  ['Arabic', 'بكم السعر؟ مع التركيب 🙏'],
  ['composed and decomposed letters', 'é é ﷺ \u200f\u200d'],
  ['lines, tabs and quotes', 'a\r\n\tb "c" \\ \'d\' %_; drop table'],
])('keeps %s byte for byte', async (_what, text) => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(wrote({ text }));
  const [message] = await agency.messages();
  expect(Buffer.from(message!.text!)).toEqual(Buffer.from(text));
  const inFeed = JSON.parse((await agency.changes()).at(-1)!.body!) as { text: string };
  expect(Buffer.from(inFeed.text)).toEqual(Buffer.from(text));
});

it('removes a message that is taken back from everywhere, even from earlier changes', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(
    wrote({
      nativeMessageId: 'm1',
      text: 'SECRET',
      attachments: [{ type: 'image', url: 'https://SECRET', title: null }],
    }),
  );
  await agency.hears(reacted('m1', '❤️'));
  await agency.hears(commented({ commentId: 'c1', text: 'SECRET comment', sentAt: noon + 5 }));
  await agency.hears(unsent('m1', noon + 1), commentChanged({ commentId: 'c1', change: 'removed', at: noon + 6 }));
  const [message, comment] = await agency.messages();
  expect(message).toMatchObject({ text: null, attachments: [], unsentAt: noon + 1 });
  expect(comment).toMatchObject({ text: null, unsentAt: noon + 6 });
  const everything = JSON.stringify([await agency.changes(), await agency.trail(), await agency.conversation()]);
  expect(everything).not.toContain('SECRET');
  expect((await agency.changes()).every(({ body }) => body !== null)).toBe(true);
});

it('does not bring back what was taken back before it arrived', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(unsent('m1', noon + 1), wrote({ nativeMessageId: 'm1', text: 'SECRET' }));
  await agency.hears(
    commentChanged({ commentId: 'c1', change: 'removed', at: noon + 2 }),
    commented({ commentId: 'c1', text: 'SECRET' }),
  );
  await agency.hears(
    edited('m1', 'SECRET', noon + 9),
    commentChanged({ commentId: 'c1', change: 'edited', text: 'SECRET', at: noon + 9 }),
  );
  expect((await agency.messages()).map(({ text, unsentAt }) => [text, unsentAt])).toEqual([
    [null, noon + 1],
    [null, noon + 2],
  ]);
  expect(JSON.stringify(await agency.changes())).not.toContain('SECRET');
  // The contact did write, and the window is open.
  expect((await agency.conversation()).window.openedAt).toBe(noon);
});

it('shows the newest edit and the newest reaction, in whichever order they come', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(wrote({ nativeMessageId: 'm1', text: 'first' }));
  await agency.hears(edited('m1', 'third', noon + 3), edited('m1', 'second', noon + 2));
  await agency.hears(reacted('m1', null, noon + 5), reacted('m1', '❤️', noon + 4));
  expect(await agency.messages()).toMatchObject([{ text: 'third', editedAt: noon + 3, reaction: null }]);
});

it('moves receipts forward only, and not on comments', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency({ channel: 'facebook' });
  await agency.hears(
    wrote(),
    commented({ commentId: 'c1' }),
    commented({ commentId: 'c2', parentId: 'c1', own: true, sentAt: noon + 1 }),
  );
  await agency.hears(
    echoed({ nativeMessageId: 'e1', sentAt: noon + 1 }),
    echoed({ nativeMessageId: 'e2', sentAt: noon + 2 }),
    echoed({ nativeMessageId: 'e3', sentAt: noon + 3 }),
  );
  const states = async () =>
    (await agency.messages())
      .filter(({ direction }) => direction === 'outbound')
      .map(({ nativeMessageId, state }) => `${nativeMessageId} ${state}`)
      .toSorted();
  await agency.hears(delivered(noon + 2));
  expect(await states()).toEqual(['c2 sent', 'e1 delivered', 'e2 delivered', 'e3 sent']);
  await agency.hears(read({ nativeMessageId: 'e1' }), delivered(noon + 2));
  expect(await states()).toEqual(['c2 sent', 'e1 read', 'e2 delivered', 'e3 sent']);
  await agency.hears(read({ at: noon + 3 }), delivered(noon + 9));
  expect(await states()).toEqual(['c2 sent', 'e1 read', 'e2 read', 'e3 read']);
  expect((await agency.conversation()).lastMessage?.state).toBe('read');
});

it('counts what the business wrote elsewhere as an answer, up to its time', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(wrote({ sentAt: noon + 1 }), wrote({ sentAt: noon + 5 }));
  expect(await agency.conversation()).toMatchObject({ unansweredSinceAt: noon + 1, handoff: { state: 'open' } });
  await agency.hears(echoed({ sentAt: noon + 3 }));
  expect(await agency.conversation()).toMatchObject({
    state: 'needs_answer',
    unansweredSinceAt: noon + 5,
    firstAnsweredAt: noon + 3,
    handoff: { state: 'open' },
  });
  await agency.hears(echoed({ sentAt: noon + 6 }));
  expect(await agency.conversation()).toMatchObject({
    state: 'answered',
    unansweredSinceAt: null,
    firstAnsweredAt: noon + 3,
    handoff: null,
  });
  // Written before our answer, delivered after it: nobody is waiting.
  await agency.hears(wrote({ sentAt: noon + 4 }));
  expect(await agency.conversation()).toMatchObject({ state: 'answered', handoff: null });
  expect((await agency.messages()).filter(({ origin }) => origin === 'elsewhere')).toHaveLength(2);
});

it('keeps the names that came along, and builds the profile’s address from them', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(wrote());
  expect((await agency.conversation()).contact).toMatchObject({ name: null, username: null, profileUrl: null });
  await agency.hears(commented({ contact: { senderId: buyer, name: null, username: 'maya.l' } }));
  await agency.hears(commented({ contact: { senderId: buyer, name: 'Maya', username: null } }), wrote());
  expect((await agency.conversation()).contact).toMatchObject({
    name: 'Maya',
    username: 'maya.l',
    profileUrl: 'https://www.instagram.com/maya.l/',
  });
});

it('adds topics as they come up to the one lead', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(wrote({ text: 'How much?' }));
  room.pass(hourMs);
  await agency.hears(wrote({ text: 'Can you install it before Christmas? 240V' }));
  expect((await agency.conversation()).lead).toMatchObject({
    stage: 'new',
    topics: ['pricing', 'install_timing', 'product_fit'],
  });
  expect(await agency.count('leads')).toBe(1);
});
