import { expect, it } from 'vitest';
import type { TokenHolder } from '../people/devices.ts';
import { event, openGateway, refusalOf } from './testing/gateway-room.ts';

it('tells a revoked device to erase itself, then cuts it off; its neighbors stay', async () => {
  await using it = await openGateway();
  const { agent, owner } = await it.room.addAgency();
  const revoked = it.desk({ actor: agent, token: 't1' }).connect();
  const neighbour = it.desk({ actor: owner }).connect();
  await Promise.all([event(revoked, 'hello'), event(neighbour, 'hello')]);
  const seen: string[] = [];
  revoked.on('wipe', () => seen.push('wipe'));
  const ended = event(revoked, 'disconnect').then(() => seen.push('disconnect'));
  it.gateway.revoke(agent.deviceId);
  await ended;
  expect(seen).toEqual(['wipe', 'disconnect']);
  expect(neighbour.connected).toBe(true);
  for (const token of it.tokens.keys()) it.tokens.set(token, 'revoked');
  const gone = event(neighbour, 'wipe');
  await it.gateway.recheck();
  await gone;
});

it('tells a desk that was away when it was revoked to erase what it has, and nothing else', async () => {
  await using it = await openGateway();
  it.tokens.set('t1', 'revoked');
  const heard: string[] = [];
  const desk = it.desk({ token: 't1' }).onAny((name: string) => heard.push(name));
  const ended = event(desk.connect(), 'disconnect');
  await ended;
  expect(heard).toEqual(['wipe']);
  expect(await refusalOf(it.desk({ token: 'never heard of' }))).toBe('unauthorized');
});

it('does not keep a device that is revoked while it is being admitted, whatever it asked meanwhile', async () => {
  await using it = await openGateway();
  const agency = await it.room.addAgency();
  await it.hears(agency);
  const conversationId = await agency.buyerWrites('Hello?');
  // Admitted at first; revoked a moment later, before the socket is among those that a revocation checks.
  const answers: TokenHolder[] = [agency.agent, 'revoked'];
  it.answersOf('t1', answers, () => it.gateway.revoke(agency.agent.deviceId));
  const desk = it.desk({ token: 't1' });
  const heard: string[] = [];
  desk.onAny((name: string) => heard.push(name));
  desk.emit('command', { id: 'c1', command: { kind: 'reply.send', conversationId, text: 'Too late' } }, () =>
    heard.push('answered'),
  );
  await event(desk.connect(), 'disconnect');
  expect(heard).toEqual(['wipe']);
  expect((await agency.messages()).map(({ text }) => text)).toEqual(['Hello?']);
  expect(it.gateway.connectedDesks()).toBe(0);
});
