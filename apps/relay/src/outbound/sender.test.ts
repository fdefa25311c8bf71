import { because, dayMs, hourMs, minuteMs, secondMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { callsTo } from '../channels/testing/connectors.ts';
import { openOutboundRoom } from '../testing/outbound-room.ts';
import { startAttempts } from './attempts.ts';
import { settleAttempt } from './outcomes.ts';
import { createSender } from './sender.ts';

it.each(['instagram', 'facebook'] as const)(
  'sends a reply on %s once, and its echo changes nothing more',
  async (channel) => {
    await using room = await openOutboundRoom({ channel });
    const maya = await room.buyer('Maya');
    const id = await room.sends(maya, 'Yes 😊 بكم');
    await room.becomes(id, { state: 'sent', nativeMessageId: expect.any(String), failure: null });
    await room.client.settled();
    expect(await room.arrived()).toEqual(['Yes 😊 بكم']);
    expect(await room.agency.conversation()).toMatchObject({ state: 'answered', handoff: null });
    expect(await room.agency.count('messages')).toBe(2);
  },
);

it.each(['instagram', 'facebook'] as const)(
  'makes one message if the echo on %s comes before the answer',
  async (channel) => {
    await using room = await openOutboundRoom({ channel });
    const maya = await room.buyer('Maya');
    await room.client.fault({ kind: 'echo_before_answer', times: 1 });
    await room.client.fault({ kind: 'slow_answer', times: 1, delayMs: 400 });
    const id = await room.sends(maya, 'Yes');
    await room.becomes(id, { state: 'sent' });
    await room.pass(1);
    await room.client.settled();
    await expect
      .poll(() => room.agency.trail())
      .toContainEqual(expect.objectContaining({ action: 'message.confirmed_by_echo' }));
    expect(await room.agency.count('messages')).toBe(2);
    expect(await room.arrived()).toEqual(['Yes']);
  },
);

it('keeps the order within a conversation, while others go ahead', async () => {
  await using room = await openOutboundRoom();
  const [maya, ola] = [await room.buyer('Maya'), await room.buyer('Ola')];
  await room.client.fault({ kind: 'slow_answer', times: 1, delayMs: 300 });
  const queue = (buyer: { thread: string }, text: string) =>
    room.agency.perform(room.agency.agent, { kind: 'reply.send', conversationId: buyer.thread, text });
  for (const text of ['one', 'two', 'three']) await queue(maya, text);
  await queue(ola, 'to Ola');
  room.look();
  await expect.poll(() => room.arrived(), { timeout: 5_000 }).toHaveLength(4);
  expect((await room.client.delivered({ buyer: maya })).map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  expect((await room.arrived()).indexOf('to Ola')).toBeLessThan(2);
});

it('pauses the whole account when Meta asks for it, for as long as Meta says, and no other account', async () => {
  await using room = await openOutboundRoom();
  const [maya, ola] = [await room.buyer('Maya'), await room.buyer('Ola')];
  await room.client.fault({ kind: 'graph_throttled', times: 1, regainAccessMinutes: 5 });
  const first = await room.sends(maya, 'one');
  await room.becomes(first, { state: 'queued', failure: { code: 'throttled' } });
  const second = await room.sends(ola, 'two');
  await room.pass(5 * minuteMs - 1);
  await room.pass(0);
  expect(await room.agency.message(second)).toMatchObject({ state: 'queued' });
  expect(await room.arrived()).toEqual([]);
  await room.pass(1);
  await room.becomes(first, { state: 'sent', failure: null });
  await room.becomes(second, { state: 'sent' });
  expect((await room.arrived()).toSorted()).toEqual(['one', 'two']);
});

it('parks the queue when the token is dead, and resumes when the account is connected again', async () => {
  await using room = await openOutboundRoom();
  const maya = await room.buyer('Maya');
  await room.client.fault({ kind: 'token_revoked' });
  const id = await room.sends(maya, 'Yes');
  await room.becomes(id, { state: 'queued', failure: { code: 'reauth_required' } });
  const account = () => room.agency.rows<{ state: string }>(`select state from accounts where agency_id = :agency`);
  expect(await account()).toEqual([{ state: 'reauth_required' }]);
  const second = await room.sends(maya, 'Still there?');
  await room.client.clearFaults();
  await room.pass(hourMs);
  expect((await room.agency.message(second))?.state).toBe('queued');
  await room.agency.agency.write((tx) => tx.run(`update accounts set state = 'connected' where agency_id = :agency`));
  room.look();
  await room.becomes(second, { state: 'sent' });
  expect(await room.arrived()).toEqual(['Yes', 'Still there?']);
});

it('leaves an account disconnected if that happened while a call was in flight', async () => {
  await using room = await openOutboundRoom();
  const maya = await room.buyer('Maya');
  await room.agency.perform(room.agency.agent, { kind: 'reply.send', conversationId: maya.thread, text: 'Yes' });
  const [attempt] = await startAttempts(room.agency.agency, room.clock(), 1);
  await room.agency.agency.write((tx) =>
    tx.run(`update accounts set token = null, state = 'disconnected' where agency_id = :agency`),
  );
  await settleAttempt(
    room.agency.agency,
    attempt!,
    { kind: 'reauth', why: because('reauth_required.none') },
    room.clock(),
  );
  expect(await room.agency.rows(`select state from accounts where agency_id = :agency`)).toEqual([
    { state: 'disconnected' },
  ]);
  await room.becomes(attempt!.messageId, { state: 'queued' });
});

it('does not send a reply that was allowed when it was written but no longer is', async () => {
  await using room = await openOutboundRoom();
  const maya = await room.buyer('Maya');
  await room.agency.agency.write((tx) =>
    tx.run(`update accounts set paused_until = :until where agency_id = :agency`, { until: room.clock() + dayMs }),
  );
  const id = await room.sends(maya, 'Too late');
  await room.pass(dayMs);
  await room.becomes(id, { state: 'failed', failure: { code: 'window_closed' }, text: 'Too late' });
  expect(await room.agency.conversation()).toMatchObject({ state: 'needs_answer' });
  expect(await room.arrived()).toEqual([]);
  // Meta was not even asked.
  expect((await room.agency.trail()).map(({ action }) => action)).not.toContain('reply.attempted');
});

it('uses the Human Agent tag only after 24 hours, and only if Meta approved it', async () => {
  await using room = await openOutboundRoom({ humanAgentApproved: true });
  const maya = await room.buyer('Maya');
  await room.becomes(await room.sends(maya, 'within'), { state: 'sent' });
  await room.pass(dayMs);
  await room.becomes(await room.sends(maya, 'after'), { state: 'sent' });
  expect((await room.client.delivered()).map(({ text, tag }) => [text, tag])).toEqual([
    ['within', null],
    ['after', 'HUMAN_AGENT'],
  ]);
  await using plain = await openOutboundRoom();
  const ola = await plain.buyer('Ola');
  await plain.pass(dayMs);
  await expect(plain.sends(ola, 'after')).rejects.toThrow('window_closed');
});

it('sends a private reply once, and learns from Meta that the right is used', async () => {
  await using room = await openOutboundRoom();
  const maya = await room.buyer('Maya', 'comments');
  const ask = (text: string) =>
    room.agency.perform(room.agency.agent, { kind: 'comment.private_reply', commentId: maya.commentId!, text });
  const [first, second] = await Promise.all([ask('Hi!'), ask('Hello!')]);
  expect([first.ok, second.ok]).toEqual([true, false]);
  room.look();
  await expect.poll(() => room.arrived(), { timeout: 5_000 }).toEqual(['Hi!']);
  await room.becomes(first.ok ? first.messageId! : '', { state: 'sent' });
  expect((await room.agency.conversation()).window).toMatchObject({
    openedAt: null,
    comment: { privateReplyUsedAt: expect.any(Number) },
  });
});

it('shows that a contact cannot be reached, until they write again', async () => {
  await using room = await openOutboundRoom();
  const maya = await room.buyer('Maya');
  await room.client.setUnavailable({ account: room.shop, buyer: maya });
  const id = await room.sends(maya, 'Yes');
  await room.becomes(id, { state: 'failed', failure: { code: 'recipient_unavailable' } });
  expect(await room.agency.conversation()).toMatchObject({ unreachable: true });
  await expect(room.sends(maya, 'again')).rejects.toThrow('recipient_unavailable');
  await room.client.writes({ account: room.shop, buyer: maya, text: 'I am back' });
  await expect.poll(() => room.agency.conversation()).toMatchObject({ unreachable: false });
});

it('retries, later and later, what never left this machine', async () => {
  await using room = await openOutboundRoom();
  const maya = await room.buyer('Maya');
  // Nobody listens on port 1.
  const noNetwork = callsTo({
    facebookGraphUrl: 'http://127.0.0.1:1',
    instagramGraphUrl: 'http://127.0.0.1:1',
    facebookAppSecret: '',
  });
  const sender = createSender({ ...room.deps, channels: noNetwork });
  const answer = await room.agency.perform(room.agency.agent, {
    kind: 'reply.send',
    conversationId: maya.thread,
    text: 'Yes',
  });
  const id = answer.ok ? answer.messageId! : '';
  sender.poke(room.agency.id);
  await room.becomes(id, { state: 'queued', failure: { code: 'not_sent' } });
  await sender.close();
  await room.pass(2 * secondMs);
  await room.becomes(id, { state: 'sent', failure: null });
  expect(await room.arrived()).toEqual(['Yes']);
});
