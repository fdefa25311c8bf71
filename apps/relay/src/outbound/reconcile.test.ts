import { because, minuteMs, secondMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { openOutboundRoom } from '../testing/outbound-room.ts';
import { startAttempts } from './attempts.ts';

const unsure = { state: 'unconfirmed' };

it.each(['instagram', 'facebook'] as const)(
  'finds a reply on %s by its echo, when Meta’s answer was lost',
  async (channel) => {
    await using room = await openOutboundRoom({ channel });
    const maya = await room.buyer('Maya');
    await room.client.fault({ kind: 'echo_late', times: 1, delayMs: 300 });
    await room.client.fault({ kind: 'lost_answer', times: 1 });
    const id = await room.sends(maya, 'Yes');
    await room.becomes(id, unsure);
    await room.becomes(id, { state: 'sent', failure: null, nativeMessageId: expect.any(String) });
    expect(await room.arrived()).toEqual(['Yes']);
    expect(await room.agency.count('messages')).toBe(2);
  },
);

it.each(['instagram', 'facebook'] as const)(
  'finds a reply on %s by reading the conversation back, when no echo comes',
  async (channel) => {
    await using room = await openOutboundRoom({ channel });
    const maya = await room.buyer('Maya');
    await room.client.fault({ kind: 'echo_none' });
    await room.becomes(await room.sends(maya, 'Yes'), { state: 'sent' });
    await room.client.fault({ kind: 'lost_answer', times: 1 });
    // The same words as before: the older message is known, and must not be taken for this one.
    const id = await room.sends(maya, 'Yes');
    await room.becomes(id, unsure);
    await room.pass(30 * secondMs);
    await room.becomes(id, { state: 'sent', failure: null });
    const ids = (await room.agency.messages())
      .filter(({ direction }) => direction === 'outbound')
      .map(({ nativeMessageId }) => nativeMessageId);
    expect(ids).toEqual((await room.client.delivered()).map(({ nativeMessageId }) => nativeMessageId));
  },
);

it('does not take an older message with the same words for the one that was lost', async () => {
  await using room = await openOutboundRoom();
  const maya = await room.buyer('Maya');
  await room.becomes(await room.sends(maya, 'Yes'), { state: 'sent' });
  await room.client.fault({ kind: 'graph_error', code: 2, times: 1 });
  await room.pass(1);
  const id = await room.sends(maya, 'Yes');
  await room.becomes(id, unsure);
  await room.pass(30 * secondMs);
  await room.becomes(id, { ...unsure, failure: because('unconfirmed.checking') });
});

it('asks a person after two look-ups that found nothing, and sends nothing on its own', async () => {
  await using room = await openOutboundRoom();
  const maya = await room.buyer('Maya');
  await room.client.fault({ kind: 'graph_error', code: 2, times: 1 });
  const id = await room.sends(maya, 'Yes');
  await room.becomes(id, unsure);
  await room.pass(30 * secondMs);
  await room.becomes(id, { ...unsure, failure: because('unconfirmed.checking') });
  await room.pass(90 * secondMs);
  await room.becomes(id, { ...unsure, failure: because('unconfirmed') });
  await room.pass(60 * minuteMs);
  expect(await room.arrived()).toEqual([]);
  expect(
    await room.agency.perform(room.agency.agent, { kind: 'message.confirm', messageId: id, arrived: false }),
  ).toMatchObject({ ok: true });
  await room.becomes(id, {
    state: 'failed',
    failure: because('not_arrived.by', { name: room.agency.agent.person.name }),
  });
  expect(
    await room.agency.perform(room.agency.agent, { kind: 'message.confirm', messageId: id, arrived: true }),
  ).toMatchObject({ refusal: { code: 'not_confirmable' } });
  await room.becomes(await room.sends(maya, 'Yes'), { state: 'sent' });
  expect(await room.arrived()).toEqual(['Yes']);
});

it('asks a person even if it can no longer look, because the account has no token', async () => {
  await using room = await openOutboundRoom();
  const maya = await room.buyer('Maya');
  await room.client.fault({ kind: 'echo_none' });
  await room.client.fault({ kind: 'lost_answer', times: 1 });
  const id = await room.sends(maya, 'Yes');
  await room.becomes(id, unsure);
  await room.agency.agency.write((tx) =>
    tx.run(`update accounts set token = null, state = 'disconnected' where agency_id = :agency`),
  );
  await room.pass(30 * secondMs);
  await room.becomes(id, { failure: because('unconfirmed.checking') });
  await room.pass(90 * secondMs);
  await room.becomes(id, { ...unsure, failure: because('unconfirmed') });
});

it('shows one message when its echo comes after a person said that it arrived', async () => {
  await using room = await openOutboundRoom();
  const maya = await room.buyer('Maya');
  await room.client.fault({ kind: 'echo_late', times: 1, delayMs: 500 });
  await room.client.fault({ kind: 'lost_answer', times: 1 });
  const id = await room.sends(maya, 'Yes');
  await room.becomes(id, unsure);
  expect(
    await room.agency.perform(room.agency.agent, { kind: 'message.confirm', messageId: id, arrived: true }),
  ).toMatchObject({ ok: true });
  expect(await room.agency.message(id)).toMatchObject({ state: 'sent', nativeMessageId: null });
  await room.becomes(id, { state: 'sent', nativeMessageId: expect.any(String) });
  expect(await room.agency.count('messages')).toBe(2);
});

it('never repeats what a relay was sending when it died, whether it had arrived or not', async () => {
  await using room = await openOutboundRoom();
  const [maya, ola] = [await room.buyer('Maya'), await room.buyer('Ola')];
  await room.client.fault({ kind: 'echo_none' });
  const queue = (buyer: { thread: string }, text: string) =>
    room.agency.perform(room.agency.agent, { kind: 'reply.send', conversationId: buyer.thread, text });
  const answers = [await queue(maya, 'arrived'), await queue(ola, 'never left')];
  const [arrived, lost] = answers.map((answer) => (answer.ok ? answer.messageId! : ''));
  // The relay dies here: the attempts are on disk, one of them reached Meta.
  const attempts = await startAttempts(room.agency.agency, room.clock(), 8);
  expect(attempts).toHaveLength(2);
  const first = attempts.find(({ messageId }) => messageId === arrived)!;
  const account = { channel: 'instagram', nativeId: room.shop.nativeId, token: room.shop.token } as const;
  await room.deps.channels.send(account, {
    to: first.to,
    text: first.text,
    mode: 'standard',
    clientReference: first.messageId,
  });

  await room.restart();
  await room.becomes(arrived!, unsure);
  await room.becomes(lost!, unsure);
  await room.pass(30 * secondMs);
  await room.becomes(arrived!, { state: 'sent' });
  await room.becomes(lost!, { failure: because('unconfirmed.checking') });
  await room.pass(90 * secondMs);
  await room.becomes(lost!, { ...unsure, failure: because('unconfirmed') });
  expect(await room.arrived()).toEqual(['arrived']);
});
