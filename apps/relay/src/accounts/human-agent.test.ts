import { dayMs, newId } from '@transom/shared';
import { expect, it } from 'vitest';
import { openRelayRoom } from '../testing/relay-room.ts';

it('lets an owner note that Meta granted seven days, and tells everybody', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  const conversationId = await agency.buyerWrites('Hi');
  const says = (approved: boolean, who = agency.owner, accountId = agency.account.id) =>
    agency.perform(who, { kind: 'account.human_agent', accountId, approved });
  room.pass(dayMs);
  const reply = { kind: 'reply.send', conversationId, text: 'Late' } as const;
  expect(await agency.perform(agency.agent, reply)).toMatchObject({ refusal: { code: 'window_closed' } });
  expect(await says(true, agency.agent)).toMatchObject({ refusal: { code: 'forbidden' } });
  expect(await says(true, agency.owner, newId())).toMatchObject({ refusal: { code: 'not_found' } });
  expect(await says(true)).toEqual({ ok: true, messageId: null, state: null });
  expect(await agency.perform(agency.agent, reply)).toMatchObject({ ok: true });
  const told = (await agency.changes()).filter(({ entity }) => entity === 'account');
  expect(told.map(({ body }) => JSON.parse(body ?? 'null'))).toMatchObject([{ humanAgentApproved: true }]);
  const events = async () => (await agency.trail()).filter(({ action }) => action === 'account.human_agent_set');
  expect(await events()).toMatchObject([
    { actor: agency.owner.person.id, target: agency.account.id, detail: '{"approved":true}' },
  ]);
  expect(await says(true)).toMatchObject({ ok: true });
  expect(await events()).toHaveLength(1);
  await says(false);
  expect(await agency.perform(agency.agent, reply)).toMatchObject({ refusal: { code: 'window_closed' } });
});
