import { minuteMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { eraseContact } from '../accounts/erase-contact.ts';
import { takeOut } from '../channels/all.ts';
import { echoed, noon, reacted, unsent, wrote } from '../testing/events.ts';
import { openRelayRoom } from '../testing/relay-room.ts';

async function openTalk() {
  const room = await openRelayRoom();
  const agency = await room.addAgency();
  await agency.hears(wrote({ nativeMessageId: 'theirs' }));
  await agency.hears(echoed({ nativeMessageId: 'ours', text: `Friday 2 PM ok? ${'x'.repeat(80)}`, sentAt: noon + 1 }));
  const reaction = async () => (await agency.conversation()).lastReaction;
  /** The last change of the conversation that desks got, and how many they got. */
  const told = async () => {
    const changes = (await agency.changes()).filter(({ entity }) => entity === 'conversation');
    return { times: changes.length, last: JSON.parse(changes.at(-1)?.body ?? 'null') as { lastReaction: unknown } };
  };
  const idOf = async (nativeId: string) =>
    (await agency.messages()).find(({ nativeMessageId }) => nativeMessageId === nativeId)!.id;
  return { room, agency, reaction, told, idOf, [Symbol.asyncDispose]: room[Symbol.asyncDispose] };
}

it('is shown with the beginning of our message, and stays when somebody writes', async () => {
  await using it = await openTalk();
  expect(await it.reaction()).toBeNull();
  await it.agency.hears(reacted('ours', '👍', noon + 2));
  const expected = {
    messageId: await it.idOf('ours'),
    emoji: '👍',
    preview: `Friday 2 PM ok? ${'x'.repeat(64)}`,
    at: noon + 2,
  };
  expect(await it.reaction()).toEqual(expected);
  expect((await it.told()).last.lastReaction).toEqual(expected);
  expect(await it.agency.conversation()).toMatchObject({ state: 'answered' });
  it.room.pass(minuteMs);
  await it.agency.hears(wrote({ sentAt: it.room.clock() }));
  await it.agency.hears(echoed({ sentAt: it.room.clock() }));
  expect(await it.reaction()).toEqual(expected);
});

it('reaches desks once, even if the reaction no longer opens a window', async () => {
  await using it = await openTalk();
  it.room.pass(minuteMs);
  await it.agency.hears(wrote({ sentAt: it.room.clock() }));
  const { times } = await it.told();
  await it.agency.hears(reacted('ours', '👍', noon + 2));
  await it.agency.hears(reacted('ours', '👍', noon + 2));
  expect(await it.told()).toMatchObject({ times: times + 1, last: { lastReaction: { emoji: '👍' } } });
});

it('is gone when it is taken back, and another one takes its place', async () => {
  await using it = await openTalk();
  await it.agency.hears(echoed({ nativeMessageId: 'ours 2', text: 'See you', sentAt: noon + 3 }));
  await it.agency.hears(reacted('ours', '👍', noon + 4), reacted('ours 2', '❤️', noon + 5));
  expect(await it.reaction()).toMatchObject({ emoji: '❤️', preview: 'See you' });
  await it.agency.hears(reacted('ours', '😮', noon + 6));
  expect(await it.reaction()).toMatchObject({ emoji: '😮', at: noon + 6 });
  await it.agency.hears(reacted('ours', null, noon + 7), reacted('ours 2', null, noon + 8));
  expect(await it.reaction()).toBeNull();
  expect((await it.told()).last.lastReaction).toBeNull();
});

it('counts only on messages of ours that still exist', async () => {
  await using it = await openTalk();
  await it.agency.hears(reacted('theirs', '👍', noon + 2));
  expect(await it.reaction()).toBeNull();
  await it.agency.hears(reacted('ours', '👍', noon + 3), unsent('ours', noon + 4));
  expect(await it.reaction()).toBeNull();
});

it('is known even when it came before our message', async () => {
  await using it = await openTalk();
  await it.agency.hears(reacted('early', '👍', noon + 5));
  expect(await it.reaction()).toBeNull();
  await it.agency.hears(echoed({ nativeMessageId: 'early', text: 'Yes', sentAt: noon + 4 }));
  expect(await it.reaction()).toMatchObject({ preview: 'Yes', at: noon + 5 });
});

it('disappears with an erased contact, from the first moment', async () => {
  await using it = await openTalk();
  await it.agency.hears(reacted('ours', '👍', noon + 2), wrote({ sentAt: noon + 3 }));
  const { contact } = await it.agency.conversation();
  await eraseContact({ store: it.room.store, takeOut }, it.agency.id, contact.id, 'operator', it.room.clock());
  expect(await it.reaction()).toBeNull();
  expect(JSON.stringify(await it.agency.changes())).not.toMatch(/Friday|👍/);
});
