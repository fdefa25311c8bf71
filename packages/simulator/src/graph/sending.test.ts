import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PublicAccount } from '../control.ts';
import { type Simulator, startSimulator } from '../simulator.ts';
import { graph, type Receiver, secrets, startReceiver } from '../testing/receiver.ts';

const hour = 3_600_000;
let simulator: Simulator;
let receiver: Receiver;
let shop: PublicAccount;
let page: PublicAccount;
let maya: { id: string };
let carol: { id: string };

beforeEach(async () => {
  receiver = await startReceiver();
  simulator = await startSimulator({ ...secrets, retryBaseMs: 10 });
  const { client } = simulator;
  await client.setTarget(receiver.url);
  shop = await client.addAccount({ channel: 'instagram', name: 'Nordic Saunas', humanAgentApproved: true });
  page = await client.addAccount({ channel: 'facebook', name: 'Nordic Saunas' });
  maya = await client.buyer({ account: shop, name: 'Maya Lindgren' });
  carol = await client.buyer({ account: page, name: 'Carol Whitfield' });
  await client.writes({ account: shop, buyer: maya, text: 'Hi' });
  await client.writes({ account: page, buyer: carol, text: 'Hello' });
});
afterEach(async () => {
  await simulator.close();
  await receiver.close();
});

const send = (account: PublicAccount, body: object) => graph(simulator.url, account, 'POST', 'me/messages', body);
const reply = (account: PublicAccount, buyer: { id: string }, text: string, more: object = {}) =>
  send(account, { recipient: { id: buyer.id }, message: { text }, ...more });
const tagged = { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' };
const codes = ({ status, json }: Awaited<ReturnType<typeof send>>) => [
  status,
  json.error.code,
  json.error.error_subcode,
];
const echoes = () => receiver.messaging().filter(({ message }) => message?.is_echo === true);

describe('a reply inside the window', () => {
  it('reaches the buyer, is recorded, and comes back as an echo with the same id', async () => {
    const answer = await reply(shop, maya, 'Yes 😊');
    expect(answer).toMatchObject({
      status: 200,
      json: { recipient_id: maya.id, message_id: expect.stringMatching(/^aWdf/) },
    });
    await simulator.client.settled();
    expect(await simulator.client.delivered({ account: shop, buyer: maya })).toEqual([
      {
        account: shop.nativeId,
        buyer: maya.id,
        text: 'Yes 😊',
        nativeMessageId: answer.json.message_id,
        at: expect.any(Number),
        tag: null,
        commentId: null,
      },
    ]);
    expect(echoes()).toEqual([
      {
        sender: { id: shop.nativeId },
        recipient: { id: maya.id },
        timestamp: expect.any(Number),
        message: { mid: answer.json.message_id, text: 'Yes 😊', is_echo: true },
      },
    ]);
  });

  it('carries metadata and app id only in Messenger\u2019s echo', async () => {
    const message = { text: 'Yes', metadata: 'out:1' };
    await send(page, { recipient: { id: carol.id }, messaging_type: 'RESPONSE', message });
    await send(shop, { recipient: { id: maya.id }, message });
    await simulator.client.settled();
    expect(echoes().map(({ message }) => [message.metadata, message.app_id])).toEqual([
      ['out:1', expect.any(Number)],
      [undefined, undefined],
    ]);
  });

  it('may be 1,000 bytes on Instagram and 2,000 characters on Messenger', async () => {
    expect((await reply(shop, maya, 'å'.repeat(500))).status).toBe(200);
    expect(codes(await reply(shop, maya, `${'å'.repeat(500)}x`))).toEqual([400, 100, undefined]);
    expect((await reply(page, carol, 'å'.repeat(2_000))).status).toBe(200);
    expect(codes(await reply(page, carol, 'x'.repeat(2_001)))).toEqual([400, 100, undefined]);
    expect(codes(await reply(shop, maya, ''))).toEqual([400, 100, 2018034]);
    expect(await simulator.client.delivered()).toHaveLength(2);
  });
});

describe('Meta refuses', () => {
  it('a reply after the window, until the person writes again', async () => {
    await simulator.client.advanceClock(24 * hour);
    expect(codes(await reply(shop, maya, 'late'))).toEqual([400, 10, 2534022]);
    expect(codes(await reply(page, carol, 'late'))).toEqual([400, 10, 2018278]);
    await simulator.client.writes({ account: shop, buyer: maya, text: 'still there?' });
    expect((await reply(shop, maya, 'here')).status).toBe(200);
    expect((await simulator.client.delivered()).map(({ text }) => text)).toEqual(['here']);
  });

  it('HUMAN_AGENT without the feature, after 7 days, and every other tag', async () => {
    await simulator.client.advanceClock(25 * hour);
    expect((await reply(shop, maya, 'by a person', tagged)).status).toBe(200);
    expect(codes(await reply(page, carol, 'by a person', tagged))).toEqual([400, 10, undefined]);
    expect(codes(await reply(shop, maya, 'x', { messaging_type: 'MESSAGE_TAG', tag: 'ACCOUNT_UPDATE' }))).toEqual([
      400,
      100,
      undefined,
    ]);
    await simulator.client.advanceClock(6 * 24 * hour);
    expect(codes(await reply(shop, maya, 'too late', tagged))).toEqual([400, 10, 2534022]);
    expect((await simulator.client.delivered()).map(({ text, tag }) => [text, tag])).toEqual([
      ['by a person', 'HUMAN_AGENT'],
    ]);
  });

  it('people it does not know, people of another account, and people who accept no messages', async () => {
    expect(codes(await reply(shop, { id: '1' }, 'x'))).toEqual([400, 100, 2534014]);
    expect(codes(await reply(page, maya, 'x'))).toEqual([400, 100, 2018001]);
    await simulator.client.setUnavailable({ account: shop, buyer: maya });
    expect(codes(await reply(shop, maya, 'x'))).toEqual([400, 551, 1545041]);
    expect(await simulator.client.delivered()).toEqual([]);
  });

  it('a token of the other host, an unknown token, and a dead one', async () => {
    expect(codes(await reply({ ...shop, channel: 'facebook' }, maya, 'x'))).toEqual([400, 190, undefined]);
    expect(codes(await reply({ ...shop, token: 'nobody' }, maya, 'x'))).toEqual([400, 190, undefined]);
    await simulator.client.fault({ kind: 'token_revoked', account: shop });
    expect(codes(await reply(shop, maya, 'x'))).toEqual([400, 190, 460]);
    expect(codes(await graph(simulator.url, shop, 'GET', 'me?fields=user_id'))).toEqual([400, 190, 460]);
    await simulator.client.clearFaults();
    expect((await reply(shop, maya, 'x')).status).toBe(200);
  });

  it('in the same envelope as all errors', async () => {
    const { json } = await reply(shop, { id: '1' }, 'x');
    expect(json.error).toEqual({
      message: expect.stringContaining('(#100)'),
      type: 'IGApiException',
      code: 100,
      error_subcode: 2534014,
      fbtrace_id: expect.stringMatching(/^A\w+$/),
    });
  });
});

describe('a comment', () => {
  it('opens no window but allows one private reply, which opens none either', async () => {
    const { client } = simulator;
    for (const [account, again] of [
      [shop, [400, 100, 2534025]],
      [page, [400, 10900, undefined]],
    ] as const) {
      const buyer = await client.buyer({ account, name: 'Ola Nygaard' });
      const { commentId } = await client.comments({ account, buyer, text: 'price?' });
      expect(await client.windowOf({ account, buyer })).toBeNull();
      expect(codes(await reply(account, buyer, 'x'))[1]).toBe(10);
      const first = await send(account, {
        recipient: { comment_id: commentId },
        message: { text: 'Sent you the list' },
      });
      expect(first).toMatchObject({ status: 200, json: { recipient_id: buyer.id } });
      expect(codes(await send(account, { recipient: { comment_id: commentId }, message: { text: 'again' } }))).toEqual(
        again,
      );
      expect(codes(await reply(account, buyer, 'x'))[1]).toBe(10);
      expect((await client.delivered({ buyer })).map(({ text, commentId: of }) => [text, of])).toEqual([
        ['Sent you the list', commentId],
      ]);
    }
  });

  it('allows none after 7 days, when it is deleted, or when it does not exist', async () => {
    const { client } = simulator;
    const old = await client.comments({
      account: shop,
      buyer: maya,
      text: 'price?',
      sentAt: (await client.now()) - 7 * 24 * hour,
    });
    const gone = await client.comments({ account: shop, buyer: maya, text: 'price?' });
    await client.deletesComment({ account: shop, buyer: maya, commentId: gone.commentId });
    const privately = (comment_id: string) => send(shop, { recipient: { comment_id }, message: { text: 'x' } });
    expect(codes(await privately(old.commentId))).toEqual([400, 100, 2534025]);
    expect(codes(await privately(gone.commentId))).toEqual([400, 100, 2534025]);
    expect(codes(await privately('17900000000000000'))).toEqual([400, 100, 2534014]);
  });

  it('is answered in public, and the answer comes back as a comment of the business', async () => {
    const { client } = simulator;
    const { commentId } = await client.comments({ account: shop, buyer: maya, text: 'price?' });
    const answer = await graph(simulator.url, shop, 'POST', `${commentId}/replies`, { message: 'We wrote to you' });
    await client.settled();
    const own = receiver.received.at(-1)!.json.entry[0]!.changes![0]!;
    expect(own).toMatchObject({
      field: 'comments',
      value: { id: answer.json.id, parent_id: commentId, from: { id: shop.nativeId } },
    });
    expect(await client.publicReplies({ account: shop })).toMatchObject([
      { text: 'We wrote to you', parentId: commentId },
    ]);
  });
});

describe('the window', () => {
  it('is opened by every act of a person except reading, unsending, editing and removing a reaction', async () => {
    const { client } = simulator;
    const by = { account: shop, buyer: maya };
    const { nativeMessageId } = await client.writes({ ...by, text: 'first' });
    await client.businessWritesElsewhere({ ...by, text: 'from the phone' });
    let at = await client.now();
    const opens = [
      () => client.sendsAttachment({ ...by, sentAt: at }),
      () => client.repliesToStory({ ...by, text: '😍', sentAt: at }),
      () => client.mentionsInStory({ ...by, sentAt: at }),
      () => client.taps({ ...by, title: 'Opening hours', sentAt: at }),
      () => client.followsLink({ ...by, ref: 'flyer', sentAt: at }),
      () => client.reacts({ ...by, nativeMessageId, sentAt: at }),
    ];
    const leaves = [
      () => client.reads({ ...by, sentAt: at }),
      () => client.edits({ ...by, nativeMessageId, text: 'x', sentAt: at }),
      () => client.reacts({ ...by, nativeMessageId, removes: true, sentAt: at }),
      () => client.unsends({ ...by, nativeMessageId, sentAt: at }),
      () => client.comments({ ...by, text: 'x', sentAt: at }),
      () => client.businessWritesElsewhere({ ...by, text: 'x', sentAt: at }),
    ];
    for (const act of opens) {
      at += 1_000;
      await act();
      expect(await client.windowOf(by), String(act)).toEqual({ openedAt: at, expiresAt: at + 24 * hour });
    }
    const opened = at;
    for (const act of leaves) {
      at += 1_000;
      await act();
      expect((await client.windowOf(by))?.openedAt, String(act)).toBe(opened);
    }
  });

  it('lasts 7 days for a person who came from an ad', async () => {
    const { client } = simulator;
    await client.writes({ account: shop, buyer: maya, text: 'Is it still on?', adTitle: 'Lagoon' });
    await client.settled();
    expect(receiver.messaging().at(-1)!['message']['referral']).toMatchObject({
      source: 'ADS',
      ads_context_data: { ad_title: 'Lagoon' },
    });
    await client.advanceClock(3 * 24 * hour);
    expect((await reply(shop, maya, 'yes')).status).toBe(200);
  });
});
