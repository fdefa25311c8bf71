import { expect, it } from 'vitest';
import { bodyOf, openIntake } from '../testing/deliveries.ts';
import { noon, shop } from '../testing/events.ts';
import { openRelayRoom } from '../testing/relay-room.ts';

it('finds the account by its channel too, because another channel may use the same id', async () => {
  await using room = await openRelayRoom();
  const onInstagram = await room.addAgency({ nativeId: shop });
  const onPage = await room.addAgency({ nativeId: shop, channel: 'facebook' });
  await using intake = openIntake(room);
  const instagramBody = bodyOf({ mid: 'i1', text: 'Hi from a photo', at: noon });
  const pageBody = instagramBody.replace('"object":"instagram"', '"object":"page"').replace('i1', 'p1');
  await intake.takes(instagramBody, pageBody.replace('Hi from a photo', 'Hi from a Page'));
  expect((await onInstagram.messages()).map(({ text }) => text)).toEqual(['Hi from a photo']);
  expect((await onPage.messages()).map(({ text }) => text)).toEqual(['Hi from a Page']);
});
