import { createHmac } from 'node:crypto';
import { newId } from '@transom/shared';
import type { Played } from './played.ts';

/** The HTTP interface as a script uses it, with an owner's token; then the routes that are open to everybody. */
export async function playScripts({ stage, line, agencyId, conversationOf, messages }: Played): Promise<void> {
  const { code } = await stage.operate<{ code: string }>('invite', '--agency', agencyId, '--role', 'owner');
  const paired = await line.call('POST', '/api/devices', { code, name: 'Price list' });
  const { deviceToken: token, deviceId } = paired as { deviceToken: string; deviceId: string };
  const ask = (method: string, path: string, body?: unknown) => line.call(method, path, body, token);
  const maya = await conversationOf('Maya Lindqvist');
  const comment = messages().find(({ text }) => text === 'Anybody tried it at minus twenty?')?.id ?? '';

  const first = (await ask('GET', '/api/conversations?limit=5')) as { nextCursor: string };
  await ask('GET', `/api/conversations?limit=5&cursor=${encodeURIComponent(first.nextCursor)}`);
  await ask('GET', `/api/conversations/${maya}/messages?limit=4`);
  await ask('GET', `/api/conversations/${newId()}/messages`);
  const reply = { conversationId: maya, clientMessageId: newId(), text: 'The list is on its way.' };
  await ask('POST', '/api/messages', reply);
  await ask('POST', '/api/messages', reply);
  await ask('POST', '/api/messages', { ...reply, text: 'Other words.' });
  await ask('POST', '/api/messages', { ...reply, sendAt: 1 });
  await ask('POST', '/api/messages', {
    ...reply,
    clientMessageId: newId(),
    conversationId: await conversationOf('Tom Reed'),
  });
  await ask('POST', `/api/comments/${comment}/private-reply`, { clientMessageId: newId(), text: 'We did, in Tromsø.' });
  await ask('POST', '/api/instagram/connect');
  await ask('GET', '/api/devices');
  await ask('DELETE', `/api/devices/${deviceId}`);
  await ask('GET', '/api/conversations');

  await line.call('POST', '/api/devices', { code, name: 'Again' });
  await line.call('POST', '/api/devices', { name: 'No code' });
  const challenge = 'hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token';
  await line.call('GET', `/api/webhooks/instagram?${challenge}=verify-instagram`);
  await line.call('GET', `/api/webhooks/instagram?${challenge}=wrong`);
  await line.call('POST', '/api/webhooks/instagram', { object: 'instagram', entry: [] });
  await line.call('POST', '/api/meta/deauthorize', 'signed_request=unsigned.request');
  await line.call('GET', `/api/meta/data-deletion/${'0'.repeat(24)}`);
  const signedRequest = signRequest({ algorithm: 'HMAC-SHA256', user_id: '9900000000000001' }, stage.instagramSecret);
  await line.call('POST', '/api/meta/data-deletion', `signed_request=${signedRequest}`);
  await line.call('GET', '/api/openapi.json');
  await line.call('GET', '/healthz');
  await line.call('GET', '/readyz');
  await line.call('GET', '/nowhere');
}

/** Signed as Meta signs its requests to an app (Data Deletion Request Callback page, read in 2026). */
function signRequest(payload: object, secret: string): string {
  const encoded = Buffer.from(JSON.stringify(payload)).toString('base64url');
  return `${createHmac('sha256', secret).update(encoded).digest('base64url')}.${encoded}`;
}
