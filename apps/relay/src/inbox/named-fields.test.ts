import { minuteMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { openIntake } from '../testing/deliveries.ts';
import { buyer, commented, noon, shop, unsent } from '../testing/events.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { repliesIn, sentAs } from '../testing/replies.ts';

/** Fields that others read with SQL by these names, filled by deliveries in Meta's format. */
const picture = { type: 'image', payload: { url: 'https://lookaside.fbsbx.com/ig/1' } };
const messageWith = (mid: string, attachments: readonly object[]): string =>
  JSON.stringify({
    object: 'instagram',
    entry: [
      {
        id: shop,
        time: noon,
        messaging: [
          {
            sender: { id: buyer },
            recipient: { id: shop },
            timestamp: noon,
            message: { mid, text: 'How much?', ...(attachments.length === 0 ? {} : { attachments }) },
          },
        ],
      },
    ],
  });
const comment = JSON.stringify({
  object: 'instagram',
  entry: [
    {
      id: shop,
      time: noon / 1_000,
      changes: [
        {
          field: 'comments',
          value: { id: 'c-1', text: 'Price?', from: { id: '77', username: 'maya.l' }, media: { id: 'post-9' } },
        },
      ],
    },
  ],
});

async function openFields() {
  const room = await openRelayRoom();
  const agency = await room.addAgency();
  const intake = openIntake(room);
  const metadataOf = async (table: string): Promise<unknown[]> =>
    (
      await agency.rows<{ metadata: string }>(`select metadata from ${table} where agency_id = :agency order by id`)
    ).map(({ metadata }) => JSON.parse(metadata) as unknown);
  const column = async (table: string, name: string): Promise<unknown[]> =>
    (
      await agency.rows<{ value: unknown }>(
        `select ${name} as value from ${table} where agency_id = :agency order by id`,
      )
    ).map(({ value }) => value);
  return {
    room,
    agency,
    metadataOf,
    column,
    async takes(body: string): Promise<void> {
      await intake.takes(body);
      await intake.work();
    },
    handoffState: async () =>
      (await metadataOf('leads')).map((each) => (each as { source: { handoffState: unknown } }).source.handoffState),
    async [Symbol.asyncDispose](): Promise<void> {
      await room[Symbol.asyncDispose]();
    },
  };
}

it('contacts.metadata.social: platform, sender id, profile', async () => {
  await using it = await openFields();
  await it.takes(comment);
  expect(await it.metadataOf('contacts')).toEqual([
    { social: { platform: 'instagram', senderId: '77', profileUrl: 'https://www.instagram.com/maya.l/' } },
  ]);
});

it('conversations.metadata.source: platform, thread, end of the window, post and comment', async () => {
  await using it = await openFields();
  await it.takes(messageWith('m-1', []));
  expect(await it.metadataOf('conversations')).toMatchObject([
    {
      source: {
        source: 'social_dm',
        platform: 'instagram',
        threadId: buyer,
        windowExpiresAt: noon + 24 * 60 * minuteMs,
      },
    },
  ]);
  await using other = await openFields();
  await other.takes(comment);
  expect(await other.metadataOf('conversations')).toMatchObject([{ source: { postId: 'post-9', commentId: 'c-1' } }]);
});

it('messages.native_message_id: the id of the channel, of a message and of a comment', async () => {
  await using it = await openFields();
  await it.takes(messageWith('m-1', []));
  await it.takes(comment);
  expect(await it.column('messages', 'native_message_id')).toEqual(['m-1', 'c-1']);
});

it('messages.metadata: attachment count, and no policy flags yet; also for ours and for messages taken back', async () => {
  await using it = await openFields();
  await it.takes(messageWith('m-1', [picture, picture]));
  await it.takes(messageWith('m-2', []));
  await it.takes(comment);
  const { id: conversationId } = (await it.agency.threads()).find(({ source }) => source.kind === 'dm')!;
  for (const kind of ['reply.send', 'note.add'] as const)
    expect(await it.agency.perform(it.agency.agent, { kind, conversationId, text: 'It is 4,900.' })).toMatchObject({
      ok: true,
    });
  const counted = async () =>
    (await it.metadataOf('messages')).map((each) => {
      const { attachmentCount, policyFlags } = each as { attachmentCount: unknown; policyFlags: unknown };
      return [attachmentCount, policyFlags];
    });
  expect(await counted()).toEqual([
    [2, []],
    [0, []],
    [0, []],
    [0, []],
    [0, []],
  ]);
  await it.agency.hears(unsent('m-1'));
  expect((await counted())[0]).toEqual([0, []]);
});

it('leads.metadata.source: platform, post and comment, and the state of its handoff, whoever changes it', async () => {
  await using it = await openFields();
  const { agency, room } = it;
  const replies = repliesIn(room, agency);
  await it.takes(comment);
  expect(await it.metadataOf('leads')).toEqual([
    { source: { platform: 'instagram', postId: 'post-9', commentId: 'c-1', handoffState: 'open' } },
  ]);
  const { id: conversationId } = await agency.conversation();
  const states: unknown[] = [];
  for (const kind of [
    'handoff.claim',
    'handoff.release',
    'handoff.resolve',
    'handoff.reopen',
    'handoff.claim',
  ] as const) {
    room.pass(minuteMs);
    expect(await agency.perform(agency.agent, { kind, conversationId })).toMatchObject({ ok: true });
    states.push(...(await it.handoffState()));
  }
  expect(states).toEqual(['claimed', 'open', 'resolved', 'open', 'claimed']);
  await replies.answered(await replies.repliesTo('c-1', 'It is 4,900.'), sentAs('n-1'));
  expect(await it.handoffState()).toEqual(['resolved']);
  room.pass(minuteMs);
  await agency.hears(
    commented({ commentId: 'c-2', sentAt: room.clock(), contact: { senderId: '77', name: null, username: 'maya.l' } }),
  );
  expect(await it.handoffState()).toEqual(['open']);
});

it('handoffs.reason: that somebody must answer', async () => {
  await using it = await openFields();
  await it.takes(messageWith('m-1', []));
  expect(await it.column('handoffs', 'reason')).toEqual(['social_dm_follow_up_needed']);
});
