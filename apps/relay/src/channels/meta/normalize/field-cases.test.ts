import { readFileSync } from 'node:fs';
import { hourMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { openIntake } from '../../../testing/deliveries.ts';
import { openRelayRoom } from '../../../testing/relay-room.ts';
import { normalizeDelivery } from '../../all.ts';

/** Bodies that other implementers met in the field, with made-up words, taken all the way into the inbox. */
const cases = JSON.parse(readFileSync(new URL('./field-cases.json', import.meta.url), 'utf8')) as Record<
  string,
  string
>;
const happenedAt = 1_795_172_400_000;

async function scene(channel: 'instagram' | 'facebook' = 'instagram') {
  const room = await openRelayRoom();
  room.pass(happenedAt + hourMs - room.clock());
  const agency = await room.addAgency({ channel, ...(channel === 'facebook' && { nativeId: '104200000000001' }) });
  const intake = openIntake(room);
  return {
    agency,
    hears: (...names: (keyof typeof cases)[]) => intake.takes(...names.map((name) => cases[name] ?? '')),
    unhandled: async () => (await intake.rows()).map((row) => row.unhandled),
    async [Symbol.asyncDispose]() {
      await intake[Symbol.asyncDispose]();
      await room[Symbol.asyncDispose]();
    },
  };
}

it('marks our message as taken back on the phone, and shows nothing for one that we never saw', async () => {
  await using it = await scene();
  await it.hears('own message');
  await it.hears('own message taken back');
  expect(await it.agency.messages()).toMatchObject([
    { direction: 'outbound', text: null, unsentAt: happenedAt, nativeMessageId: 'aWdfOwn1' },
  ]);
  await using other = await scene();
  await other.hears('own message taken back');
  expect(await other.agency.threads()).toEqual([]);
});

it('shows a heart in thread and list', async () => {
  await using it = await scene();
  await it.hears('tapped heart');
  expect(await it.agency.messages()).toMatchObject([{ kind: 'text', text: '\u2764\ufe0f', attachments: [] }]);
  expect(await it.agency.conversation()).toMatchObject({
    lastMessage: { kind: 'text', preview: '\u2764\ufe0f' },
    window: { openedAt: happenedAt },
    state: 'needs_answer',
  });
});

it('opens the window for somebody who begins with a story', async () => {
  await using it = await scene();
  await it.hears('story mention');
  const { id, window, state } = await it.agency.conversation();
  expect([state, window.openedAt]).toEqual(['needs_answer', happenedAt]);
  expect(
    await it.agency.perform(it.agency.agent, { kind: 'reply.send', conversationId: id, text: 'Thanks!' }),
  ).toMatchObject({
    ok: true,
  });
});

it('keeps every digit of an author\u2019s id, and follows hiding and showing', async () => {
  await using it = await scene('facebook');
  await it.hears('comment by a long id');
  expect(await it.agency.rows(`select sender_id, name from contacts where agency_id = :agency`)).toEqual([
    { sender_id: '10210043681558627', name: 'Ida Invented' },
  ]);
  const before = [await it.agency.conversation(), await it.agency.messages()];
  await it.hears('that comment hidden');
  expect(await it.agency.messages()).toMatchObject([
    { text: 'Do you ship to the islands?', hiddenAt: happenedAt + 120_000 },
  ]);
  expect(await it.agency.conversation()).toMatchObject({ state: 'answered', handoff: null, window: { comment: null } });
  await it.hears('that comment shown again');
  expect([await it.agency.conversation(), await it.agency.messages()]).toEqual(before);
});

it.each([
  ['instagram', "mention on a stranger's post, Instagram", 'mentions'],
  ['facebook', "mention on a stranger's post, Page", 'mention'],
] as const)(
  'ignores a mention on a stranger\u2019s post on %s, and counts it by its name',
  async (channel, name, what) => {
    await using it = await scene(channel);
    await it.hears(name);
    expect([await it.agency.threads(), await it.unhandled()]).toEqual([[], [1]]);
    const accountNativeId = channel === 'instagram' ? '17841400000000001' : '104200000000001';
    expect(normalizeDelivery(Buffer.from(cases[name] ?? ''))).toMatchObject({
      events: [{ kind: 'unhandled', accountNativeId, what }],
    });
  },
);

it('takes a tap once, however it is wrapped', async () => {
  await using it = await scene();
  await it.hears('tap wrapped in a change');
  await it.hears('the same tap', 'tap wrapped in a change');
  expect(await it.agency.messages()).toMatchObject([
    { kind: 'postback', text: 'Talk to a person', sentAt: happenedAt },
  ]);
  expect(await it.agency.conversation()).toMatchObject({ window: { openedAt: happenedAt } });
});

it.each([true, 'true', 'True', 1, '1'])('reads %j as yes', (yes) => {
  const echo = { recipient: { id: '1200000000000001' }, message: { mid: 'm', is_echo: yes, text: 'x' }, item: true };
  expect(eventsOf(echo)).toMatchObject([{ kind: 'echo_received', recipientId: '1200000000000001' }]);
  expect(eventsOf({ mid: 'm', is_deleted: yes })).toMatchObject([{ kind: 'message_unsent' }]);
  expect(eventsOf({ mid: 'm', is_unsupported: yes })).toMatchObject([{ messageKind: 'unsupported' }]);
});

it.each([false, 'false', 0, '0', '', null, undefined, 'no', {}])('reads %j as no', (no) => {
  expect(eventsOf({ mid: 'm', is_echo: no, is_deleted: no, is_unsupported: no, text: 'x' })).toMatchObject([
    { kind: 'message_received', messageKind: 'text' },
  ]);
});

it('reads numbers that come as text', () => {
  const items = [
    { timestamp: '1795172400000', message_edit: { mid: 'm', text: 'x', num_edit: '2' } },
    { timestamp: '1795172400000', message_edit: { mid: 'm', num_edit: '0' } },
    { timestamp: '1795172400', delivery: { watermark: '1795172399000' } },
    { timestamp: '1795172400', read: { watermark: '1795172399' } },
    {
      message: {
        mid: 'm',
        attachments: [{ type: 'location', payload: { coordinates: { lat: '59.91', long: '10.75' } } }],
      },
    },
  ];
  expect(eventsOf(...items.map((item) => ({ ...item, item: true })))).toMatchObject([
    { kind: 'message_edited', at: happenedAt },
    { kind: 'unhandled', what: 'message_edit_zero' },
    { kind: 'messages_delivered', upTo: { at: happenedAt - 1_000 } },
    { kind: 'messages_read', upTo: { at: happenedAt - 1_000 } },
    { kind: 'message_received', attachments: [{ title: '59.91, 10.75' }] },
  ]);
});

function eventsOf(...given: Record<string, unknown>[]) {
  const from = { sender: { id: '1200000000000001' }, recipient: { id: '17841400000000001' } };
  const messaging = given.map((one) => ({
    ...from,
    timestamp: happenedAt,
    ...('item' in one ? one : { message: one }),
  }));
  const body = { object: 'instagram', entry: [{ id: '17841400000000001', time: happenedAt, messaging }] };
  const read = normalizeDelivery(Buffer.from(JSON.stringify(body)));
  if (!read.ok) throw new Error(read.detail);
  return read.events;
}
