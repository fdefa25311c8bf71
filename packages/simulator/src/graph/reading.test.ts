import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PublicAccount } from '../control.ts';
import { type Simulator, startSimulator } from '../simulator.ts';
import { graph, secrets } from '../testing/receiver.ts';
import { appSecretProof } from '../webhooks/encode.ts';
import { parseFields } from './fields.ts';

let simulator: Simulator;
let shop: PublicAccount;
let page: PublicAccount;

beforeEach(async () => {
  simulator = await startSimulator(secrets);
  shop = await simulator.client.addAccount({ channel: 'instagram', name: 'Nordic Saunas', username: 'nordicsaunas' });
  page = await simulator.client.addAccount({ channel: 'facebook', name: 'Nordic Saunas' });
});
afterEach(() => simulator.close());

const get = (account: PublicAccount, path: string) => graph(simulator.url, account, 'GET', path);

describe('the account behind a token', () => {
  it('has two ids on Instagram and one on a Page', async () => {
    expect((await get(shop, 'me?fields=user_id,username,name')).json).toEqual({
      id: shop.appScopedId,
      user_id: shop.nativeId,
      username: 'nordicsaunas',
      name: 'Nordic Saunas',
    });
    expect(shop.appScopedId).not.toBe(shop.nativeId);
    expect((await get(page, 'me?fields=id,name')).json).toEqual({ id: page.nativeId, name: 'Nordic Saunas' });
    expect((await get(page, 'me?fields=user_id')).json.error.code).toBe(100);
  });

  it('is found with the token in the query, and without a version in the path', async () => {
    const response = await fetch(`${simulator.url}/instagram/me?fields=name&access_token=${shop.token}`);
    expect(await response.json()).toMatchObject({ name: 'Nordic Saunas' });
    expect((await fetch(`${simulator.url}/instagram/v25.0/me`)).status).toBe(400);
  });

  it('accepts form-encoded calls and calls without a body, and reports one that it cannot read', async () => {
    const call = (type: string, body: string, query = '') =>
      fetch(`${simulator.url}/instagram/v26.0/me/subscribed_apps?access_token=${shop.token}${query}`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
    expect((await call('application/x-www-form-urlencoded', 'subscribed_fields=messages%2Ccomments')).status).toBe(200);
    expect((await call('application/json', '', '&subscribed_fields=messages')).status).toBe(200);
    const unreadable = await call('application/json', '{');
    expect([unreadable.status, ((await unreadable.json()) as { error: { code: number } }).error.code]).toEqual([
      400, 100,
    ]);
  });

  it('requires a given appsecret_proof to be right', async () => {
    const right = appSecretProof(secrets.facebookAppSecret, page.token);
    expect((await get(page, `me?appsecret_proof=${right}`)).status).toBe(200);
    expect((await get(page, 'me?appsecret_proof=wrong')).json.error.code).toBe(100);
  });

  it('subscribes with the field names of its own object only', async () => {
    const subscribe = (account: PublicAccount, fields: string) =>
      graph(simulator.url, account, 'POST', `${account.nativeId}/subscribed_apps?subscribed_fields=${fields}`);
    expect((await get(shop, 'me/subscribed_apps')).json).toEqual({ data: [] });
    expect((await subscribe(shop, 'messages,comments,messaging_seen')).json).toEqual({ success: true });
    expect((await get(shop, 'me/subscribed_apps')).json.data[0].subscribed_fields).toEqual([
      'messages',
      'comments',
      'messaging_seen',
    ]);
    const refused = await subscribe(page, 'messages,messaging_seen');
    expect([refused.status, refused.json.error.code]).toEqual([400, 100]);
    expect(refused.json.error.message).toContain('subscribed_fields[1]');
    expect((await get(page, 'me/subscribed_apps')).json).toEqual({ data: [] });
  });

  it('renews its token before it is 60 days old, and never after', async () => {
    const path = (token: string) => `refresh_access_token?grant_type=ig_refresh_token&access_token=${token}`;
    const renewed = (await get(shop, path(shop.token))).json;
    expect(renewed).toMatchObject({ token_type: 'bearer', expires_in: 60 * 24 * 3_600 });
    await simulator.client.advanceClock(59 * 24 * 3_600_000);
    expect((await get(shop, 'me')).json.error).toMatchObject({ code: 190, error_subcode: 463 });
    expect((await get(shop, path(shop.token))).json.error.code).toBe(190);
    expect((await get({ ...shop, token: renewed.access_token }, 'me')).status).toBe(200);
  });
});

describe('conversations', () => {
  it('show the 20 newest messages of both sides, newest first', async () => {
    const { client } = simulator;
    const maya = await client.buyer({ account: shop, name: 'Maya Lindgren' });
    const ids: string[] = [];
    for (let n = 1; n <= 21; n += 1)
      ids.push((await client.writes({ account: shop, buyer: maya, text: `line ${n}` })).nativeMessageId);
    const sent = await graph(simulator.url, shop, 'POST', 'me/messages', {
      recipient: { id: maya.id },
      message: { text: 'answer' },
    });
    const query = `me/conversations?platform=instagram&user_id=${maya.id}&fields=id,updated_time,messages{id,created_time,from,to,message}`;
    const { data } = (await get(shop, query)).json;
    expect(data).toHaveLength(1);
    expect(data[0].messages.data).toHaveLength(20);
    expect(data[0].messages.data[0]).toEqual({
      id: sent.json.message_id,
      created_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/),
      from: { id: shop.nativeId, username: 'nordicsaunas' },
      to: { data: [{ id: maya.id, username: 'maya.lindgren' }] },
      message: 'answer',
    });
    expect(
      (await get(shop, `${data[0].id}?fields=messages.limit(2){id}`)).json.messages.data.map(
        ({ id }: { id: string }) => id,
      ),
    ).toEqual([sent.json.message_id, ids[20]]);
    expect((await get(shop, `${ids[20]}?fields=message,from`)).json).toMatchObject({
      message: 'line 21',
      from: { id: maya.id },
    });
    expect((await get(shop, `${ids[0]}?fields=message`)).json.error).toMatchObject({ code: 100, error_subcode: 33 });
    expect((await get(page, `${ids[20]}?fields=message`)).json.error.code).toBe(100);
  });

  it('are requested with the account\u2019s platform', async () => {
    expect((await get(page, 'me/conversations?platform=messenger')).json.data).toEqual([]);
    expect((await get(page, 'me/conversations?platform=instagram')).json.error.code).toBe(100);
  });
});

describe('a person', () => {
  it('shows a profile after writing, and none after a mere comment', async () => {
    const { client } = simulator;
    const maya = await client.buyer({ account: shop, name: 'Maya Lindgren' });
    const { commentId } = await client.comments({ account: shop, buyer: maya, text: 'price?' });
    expect((await get(shop, `${maya.id}?fields=name,username`)).json.error.code).toBe(230);
    expect((await get(shop, `${commentId}?fields=text,username,timestamp`)).json).toMatchObject({
      text: 'price?',
      username: 'maya.lindgren',
    });
    await client.writes({ account: shop, buyer: maya, text: 'Hi' });
    expect((await get(shop, `${maya.id}?fields=name,username`)).json).toEqual({
      id: maya.id,
      name: 'Maya Lindgren',
      username: 'maya.lindgren',
    });
    expect((await get(shop, `${maya.id}?fields=biography`)).json.error.code).toBe(100);
    const carol = await client.buyer({ account: page, name: 'Carol Anne Whitfield' });
    await client.writes({ account: page, buyer: carol, text: 'Hi' });
    expect((await get(page, `${carol.id}?fields=first_name,last_name,profile_pic`)).json).toMatchObject({
      first_name: 'Carol',
      last_name: 'Anne Whitfield',
    });
  });
});

describe('attachments', () => {
  it('have working links', async () => {
    const { client } = simulator;
    const maya = await client.buyer({ account: shop, name: 'Maya' });
    const { nativeMessageId } = await client.sendsAttachment({ account: shop, buyer: maya, type: 'image' });
    const { json } = await get(shop, `${nativeMessageId}?fields=attachments`);
    const response = await fetch(json.attachments.data[0].image_data.url);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(
      Buffer.from(await response.arrayBuffer())
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
  });
});

describe('the fields language', () => {
  it('nests, limits, and detects brackets that do not match', () => {
    const fields = parseFields('id,messages.limit(5){id,from{username}},name')!;
    expect([...fields.keys()]).toEqual(['id', 'messages', 'name']);
    expect(fields.get('messages')?.limit).toBe(5);
    expect([...fields.get('messages')!.fields.get('from')!.fields.keys()]).toEqual(['username']);
    expect(parseFields('id,messages{id')).toBeNull();
    expect(parseFields('id}')).toBeNull();
  });
});
