import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { finishSignIn } from '../../accounts/sign-in.ts';
import {
  accountOf,
  agencyWith,
  app,
  call,
  conversations,
  joinAgency,
  now,
  received,
  secret,
  serve,
  store,
  useApiRoom,
} from '../../http/testing/api-room.ts';

useApiRoom();

describe('connect', () => {
  test('sends the owner to Meta with the needed permissions, and a state that works once', async () => {
    const { token, agencyId, owner } = await agencyWith();
    const { status, body } = await call('POST', '/api/instagram/connect', { token });
    const authorize = new URL(body.authorizeUrl);
    expect([status, authorize.origin + authorize.pathname]).toEqual([200, 'https://www.instagram.com/oauth/authorize']);
    expect(Object.fromEntries(authorize.searchParams)).toEqual({
      client_id: '4711',
      redirect_uri: 'https://relay.example.com/api/instagram/callback',
      response_type: 'code',
      scope: 'instagram_business_basic,instagram_business_manage_messages,instagram_business_manage_comments',
      state: expect.stringMatching(/^[\w-]{43}$/),
    });
    const state = authorize.searchParams.get('state')!;
    expect(await finishSignIn(store, 'facebook', state, now)).toBeNull();
    expect(await finishSignIn(store, 'instagram', state, now)).toEqual({
      agencyId,
      personId: owner.person.id,
      deviceId: owner.deviceId,
    });
    expect(await finishSignIn(store, 'instagram', state, now)).toBeNull();
  });

  test('a state expires after ten minutes', async () => {
    const { token } = await agencyWith();
    const { body } = await call('POST', '/api/instagram/connect', { token });
    expect(
      await finishSignIn(store, 'instagram', new URL(body.authorizeUrl).searchParams.get('state')!, now + 600_000),
    ).toBeNull();
  });

  test('is for owners only, and says what is not configured', async () => {
    const { token, agencyId } = await agencyWith();
    expect(
      (await call('POST', '/api/instagram/connect', { token: (await joinAgency(agencyId, 'agent')).deviceToken })).body
        .code,
    ).toBe('forbidden');
    expect((await call('POST', '/api/facebook/connect', { token })).body).toMatchObject({
      status: 409,
      code: 'not_configured',
      detail: expect.stringContaining('FACEBOOK_APP_ID'),
    });
  });
});

describe('Meta\u2019s duties', () => {
  const vector =
    'uMeQNhBIic1fQdJewxmHjTsiSneUcwkiBeNYdoFrQzY.eyJhbGdvcml0aG0iOiJITUFDLVNIQTI1NiIsImlzc3VlZF9hdCI6MTc5MDAwMDAwMCwidXNlcl9pZCI6IjEyMzQ1Njc4OTAxMjM0NTYifQ';
  function sign(payload: object, by = secret) {
    const encoded = Buffer.from(JSON.stringify(payload)).toString('base64url');
    return `${createHmac('sha256', by).update(encoded).digest('base64url')}.${encoded}`;
  }
  const about = (userId: string, by = secret) => sign({ algorithm: 'HMAC-SHA256', issued_at: 1, user_id: userId }, by);
  const form = (signed_request: string) => ({ form: { signed_request } });
  const stateOf = (agencyId: string) =>
    store
      .forAgency(agencyId)
      .read((tx) =>
        tx.get<{ state: string; token: string | null }>(`select state, token from accounts where agency_id = :agency`),
      );

  test('a known signed_request is understood', async () => {
    expect(await call('POST', '/api/meta/deauthorize', form(vector))).toMatchObject({
      status: 200,
      body: { disconnected: 0 },
    });
  });

  test.each([
    ['another secret', () => sign({ algorithm: 'HMAC-SHA256', user_id: '1' }, 'wrong')],
    ['another algorithm', () => sign({ algorithm: 'none', user_id: '1' })],
    [
      'a changed payload',
      () => `${vector.split('.')[0]}.${Buffer.from('{"algorithm":"HMAC-SHA256","user_id":"2"}').toString('base64url')}`,
    ],
    ['a third part', () => `${vector}.x`],
    ['no signature', () => `.${vector.split('.')[1]}`],
    ['nonsense', () => 'x'],
  ])('%s is refused and touches nothing', async (_what, signed) => {
    const { agencyId } = await agencyWith();
    await accountOf(agencyId);
    expect((await call('POST', '/api/meta/data-deletion', form(signed()))).status).toBe(401);
    expect((await call('POST', '/api/meta/deauthorize', form(signed()))).status).toBe(401);
    expect(await stateOf(agencyId)).toMatchObject({ state: 'connected' });
  });

  test('deauthorizing disconnects this person\u2019s accounts on this channel, and no others', async () => {
    const ours = await agencyWith('Ours');
    const account = await accountOf(ours.agencyId);
    const theirs = await agencyWith('Theirs');
    await accountOf(theirs.agencyId);
    expect(
      (await call('POST', '/api/meta/deauthorize', form(about(account.appScopedId, 'facebook_secret')))).body,
    ).toEqual({ disconnected: 0 });
    expect((await call('POST', '/api/meta/deauthorize', form(about(account.appScopedId)))).body).toEqual({
      disconnected: 1,
    });
    expect(await stateOf(ours.agencyId)).toEqual({ state: 'disconnected', token: null });
    expect(await stateOf(theirs.agencyId)).toMatchObject({ state: 'connected', token: expect.any(String) });
  });

  test('a deletion request drops the token before it is answered, erases every text, and shows its progress', async () => {
    const { agencyId, token } = await agencyWith();
    const account = await accountOf(agencyId);
    await received(agencyId, account, '5005', 'my private question');
    const { status, body } = await call('POST', '/api/meta/data-deletion', form(about(account.appScopedId)));
    expect(status).toBe(200);
    expect(body.url).toBe(`https://relay.example.com/api/meta/data-deletion/${body.confirmation_code}`);
    expect(await stateOf(agencyId)).toEqual({ state: 'disconnected', token: null });
    await expect
      .poll(async () => (await call('GET', `/api/meta/data-deletion/${body.confirmation_code}`)).body)
      .toContain('Everything was erased');
    const [item] = (await conversations(token)).items;
    expect(item.contact).toMatchObject({ name: null, username: null });
    expect((await call('GET', `/api/conversations/${item.id}/messages`, { token })).body.items).toMatchObject([
      { text: null, attachments: [] },
    ]);
    const left = await store.forAgency(agencyId).read((tx) =>
      tx.all(`select entity_id from changes where agency_id = :agency and body like '%private question%'
              union select id from contacts where agency_id = :agency and sender_id = '5005'`),
    );
    expect(left).toEqual([]);
  });

  test('a request that a crash left open is finished at the next start', async () => {
    const { agencyId, token } = await agencyWith();
    const account = await accountOf(agencyId);
    await received(agencyId, account, '6006', 'to be erased');
    await store.write((tx) =>
      tx.run(
        `insert into deletion_requests (code, app_scoped_id, received_at) values ('0123456789abcdef01234567', :person, 1)`,
        { person: `instagram:${account.appScopedId}` },
      ),
    );
    await app.close();
    await serve();
    await expect
      .poll(async () => (await call('GET', '/api/meta/data-deletion/0123456789abcdef01234567')).body)
      .toContain('Everything was erased');
    expect((await conversations(token)).items[0].contact.name).toBeNull();
  });

  test('a request about nobody here says so, instead of claiming that something was erased', async () => {
    await agencyWith();
    const { body } = await call('POST', '/api/meta/data-deletion', form(about('404404')));
    const page = async () => (await call('GET', `/api/meta/data-deletion/${body.confirmation_code}`)).body;
    await expect.poll(page).toContain('Nothing was found');
    expect(await page()).not.toContain('erased on');
  });

  test('an unknown code is not found', async () => {
    expect((await call('GET', '/api/meta/data-deletion/000000000000000000000000')).status).toBe(404);
  });
});
