import { expect, it } from 'vitest';
import { noon, shop } from '../../../testing/events.ts';
import { takeOut } from '../../all.ts';

it('recognizes the account even if a flag comes as text and the entry names no account', () => {
  const echo = { sender: { id: shop }, recipient: { id: 'person' }, timestamp: noon };
  const messaging = [{ ...echo, message: { mid: 'm1', text: 'words', is_echo: 'true' } }];
  const body = Buffer.from(JSON.stringify({ object: 'instagram', entry: [{ messaging }] }));
  const unwanted = {
    channel: 'instagram',
    accountNativeId: shop,
    nativeIds: new Set(['m1']),
    senders: new Map(),
  } as const;
  expect(takeOut(body, [unwanted])?.body.toString()).toBe('');
});
