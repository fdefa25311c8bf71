import { minuteMs, secondMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { openOutboundRoom } from '../testing/outbound-room.ts';

/** Odd refusals of Meta, over real HTTP, as seen in the field. */
const account = async (room: Awaited<ReturnType<typeof openOutboundRoom>>) =>
  (await room.agency.rows(`select state, trouble_code as trouble from accounts where agency_id = :agency`))[0];

it.each(['instagram', 'facebook'] as const)(
  'on %s, looks up a reply that Meta refused after it had delivered it, and sends it once',
  async (channel) => {
    await using room = await openOutboundRoom({ channel });
    const maya = await room.buyer('Maya');
    const refusal = { status: 400, code: 20, subcode: 1772107, message: 'the requested response format' };
    await room.client.fault({ kind: 'echo_none' });
    await room.client.fault({ kind: 'graph_error', times: 1, delivers: true, ...refusal });
    const id = await room.sends(maya, 'Yes');
    await room.becomes(id, { state: 'unconfirmed' });
    expect(
      await room.agency.perform(room.agency.agent, { kind: 'message.confirm', messageId: id, arrived: false }),
    ).toMatchObject({ refusal: { code: 'not_confirmable' } });
    await room.pass(30 * secondMs);
    await room.becomes(id, { state: 'sent', nativeMessageId: expect.any(String) });
    expect(await room.arrived()).toEqual(['Yes']);
  },
);

it('keeps an account that lacks access connected, and says so on the reply', async () => {
  await using room = await openOutboundRoom();
  const maya = await room.buyer('Maya');
  const message = 'App does not have Advanced Access, and recipient user does not have role on app.';
  await room.client.fault({ kind: 'graph_error', times: 1, status: 403, code: 200, message });
  const refused = await room.sends(maya, 'Yes');
  await room.becomes(refused, { state: 'failed', text: 'Yes', failure: { code: 'account_restricted' } });
  expect(await account(room)).toEqual({ state: 'connected', trouble: null });
  await room.becomes(await room.sends(maya, 'Once more'), { state: 'sent' });
});

it('treats a contact who blocked the Page as a matter of one conversation, not as a dead sign-in', async () => {
  await using room = await openOutboundRoom({ channel: 'facebook' });
  const [maya, ola] = [await room.buyer('Maya'), await room.buyer('Ola')];
  const message = 'This person isn\u2019t receiving messages from you right now';
  await room.client.fault({ kind: 'graph_error', times: 1, status: 403, code: 200, message });
  await room.becomes(await room.sends(maya, 'Yes'), { state: 'failed', failure: { code: 'recipient_unavailable' } });
  await expect(room.sends(maya, 'again')).rejects.toThrow('recipient_unavailable');
  await room.becomes(await room.sends(ola, 'Yes'), { state: 'sent' });
  expect(await account(room)).toEqual({ state: 'connected', trouble: null });
});

it('keeps texts while Meta refuses every call, reports it for the account, and sends them when it is over', async () => {
  await using room = await openOutboundRoom();
  const buyers = [await room.buyer('Maya'), await room.buyer('Ola'), await room.buyer('Per')];
  const message = 'Unsupported request - method type: post';
  await room.client.fault({ kind: 'graph_error', status: 400, code: 100, message, calls: 'all' });
  const ids: string[] = [];
  for (const buyer of buyers) ids.push(await room.sends(buyer, `to ${buyer.id}`));
  for (let n = 0; n < 3; n += 1) {
    await room.becomes(ids[0]!, { state: 'queued', failure: { code: 'calls_refused' } });
    await room.pass(2 * minuteMs);
  }
  await expect.poll(() => account(room)).toEqual({ state: 'connected', trouble: 'calls_refused' });
  expect(await room.arrived()).toEqual([]);
  await room.client.clearFaults();
  await room.pass(30 * minuteMs);
  for (const id of ids) await room.becomes(id, { state: 'sent', failure: null });
  expect(await account(room)).toEqual({ state: 'connected', trouble: null });
});
