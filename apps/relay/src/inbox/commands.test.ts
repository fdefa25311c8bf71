import { claimLeaseMs, dayMs, newId, readCommandEnvelope } from '@transom/shared';
import { expect, it } from 'vitest';
import { echoed, wrote } from '../testing/events.ts';
import { type AgencyInRoom, openRelayRoom } from '../testing/relay-room.ts';
import { verifyTrail } from '../trail/chain.ts';

async function roomWithInquiry(about: Parameters<Awaited<ReturnType<typeof openRelayRoom>>['addAgency']>[0] = {}) {
  const room = await openRelayRoom();
  const agency = await room.addAgency(about);
  const conversationId = await agency.buyerWrites('How much?');
  const send = (text = 'It is 4,900.', who = agency.agent, commandId = newId()) =>
    agency.perform(who, { kind: 'reply.send', conversationId, text }, commandId);
  return { room, agency, conversationId, send, [Symbol.asyncDispose]: () => room[Symbol.asyncDispose]() };
}
const refusal = (code: string) => ({ ok: false, refusal: { code } });
/** How many rows there are of everything that a command may leave behind. */
const everyRow = async (agency: AgencyInRoom) => [
  await counts(agency),
  await agency.count('events'),
  await agency.rows(`select count(*) as n from commands where agency_id = :agency`),
];
const counts = async (agency: AgencyInRoom) => [await agency.count('messages'), await agency.count('changes')];

it('stores a reply with its author as queued, and notifies the desks', async () => {
  await using it = await roomWithInquiry();
  const answer = await it.send();
  expect(answer).toMatchObject({ ok: true, state: 'queued', messageId: expect.any(String) });
  expect((await it.agency.messages()).at(-1)).toMatchObject({
    state: 'queued',
    direction: 'outbound',
    text: 'It is 4,900.',
    author: { name: 'Arne' },
    origin: 'desk',
  });
  expect(await it.agency.conversation()).toMatchObject({
    state: 'needs_answer',
    lastMessage: { state: 'queued', author: { name: 'Arne' } },
    handoff: { state: 'claimed', claimedBy: { name: 'Arne' } },
  });
  expect(it.room.committed).toEqual([it.agency.id]);
  expect((await it.agency.trail()).at(-1)).toMatchObject({ action: 'reply.queued', actor: it.agency.agent.person.id });
});

it.each<
  [code: string, about: object, prepare: (it: Awaited<ReturnType<typeof roomWithInquiry>>) => unknown, text?: string]
>([
  ['window_closed', {}, ({ room }) => room.pass(dayMs)],
  ['window_closed', { humanAgentApproved: true }, ({ room }) => room.pass(7 * dayMs)],
  ['plan_upgrade_required', { plan: 'starter' }, () => undefined],
  [
    'account_disconnected',
    {},
    ({ agency }) =>
      agency.agency.write((tx) => tx.run(`update accounts set state = 'disconnected' where agency_id = :agency`)),
  ],
  [
    'recipient_unavailable',
    {},
    ({ agency }) =>
      agency.agency.write((tx) => tx.run(`update conversations set unreachable = 1 where agency_id = :agency`)),
  ],
  [
    'claimed_by_other',
    {},
    ({ agency, conversationId }) => agency.perform(agency.owner, { kind: 'handoff.claim', conversationId }),
  ],
  ['text_empty', {}, () => undefined, ' \n'],
  ['text_too_long', {}, () => undefined, 'é'.repeat(501)],
])('refuses with %s %j', async (code, about, prepare, text) => {
  await using it = await roomWithInquiry(about);
  await prepare(it);
  const before = await everyRow(it.agency);
  it.room.committed.length = 0;
  expect(await it.send(text)).toMatchObject(refusal(code));
  expect(await everyRow(it.agency)).toEqual(before);
  expect([it.room.committed, it.room.refused]).toEqual([[], [code]]);
});

it('judges a refused command again on a retry, and keeps the answer once it is accepted', async () => {
  await using it = await roomWithInquiry();
  const holds = (kind: 'handoff.claim' | 'handoff.release') =>
    it.agency.perform(it.agency.owner, { kind, conversationId: it.conversationId });
  await holds('handoff.claim');
  expect(await it.send('Yes', it.agency.agent, 'command-1')).toMatchObject(refusal('claimed_by_other'));
  await holds('handoff.release');
  const accepted = await it.send('Yes', it.agency.agent, 'command-1');
  expect(accepted).toMatchObject({ ok: true });
  it.room.pass(dayMs);
  expect(await it.send('Yes', it.agency.agent, 'command-1')).toEqual(accepted);
});

it('refuses everything that a device asks once it is revoked, even if it was let in before', async () => {
  await using it = await roomWithInquiry();
  const before = await it.send('before', it.agency.agent, 'command-1');
  expect(before).toMatchObject({ ok: true });
  await it.agency.agency.write((tx) =>
    tx.run(`update devices set revoked_at = :now where agency_id = :agency and id = :deviceId`, {
      now: it.room.clock(),
      deviceId: it.agency.agent.deviceId,
    }),
  );
  const rows = await everyRow(it.agency);
  expect(await it.send('after')).toMatchObject(refusal('unauthorized'));
  expect(await it.send('before', it.agency.agent, 'command-1')).toMatchObject(refusal('unauthorized'));
  expect(await everyRow(it.agency)).toEqual(rows);
  await it.agency.perform(it.agency.owner, { kind: 'handoff.release', conversationId: it.conversationId });
  it.room.pass(claimLeaseMs);
  expect(await it.send('the owner acts on', it.agency.owner)).toMatchObject({ ok: true });
});

it('refuses targets that do not exist, people without the role, and contacts who never wrote', async () => {
  await using it = await roomWithInquiry();
  const { agency } = it;
  expect(await agency.perform(agency.agent, { kind: 'reply.send', conversationId: newId(), text: 'x' })).toMatchObject(
    refusal('not_found'),
  );
  for (const kind of ['handoff.claim', 'handoff.release', 'handoff.resolve'] as const) {
    expect(await agency.perform(agency.agent, { kind, conversationId: newId() })).toMatchObject(refusal('not_found'));
    expect(await agency.perform(agency.viewer, { kind, conversationId: it.conversationId })).toMatchObject(
      refusal('forbidden'),
    );
  }
  expect(await it.send('x', agency.viewer)).toMatchObject(refusal('forbidden'));
  expect(
    await agency.perform(agency.viewer, { kind: 'note.add', conversationId: it.conversationId, text: 'x' }),
  ).toMatchObject(refusal('forbidden'));
  expect(
    await agency.perform(agency.viewer, { kind: 'message.confirm', messageId: newId(), arrived: true }),
  ).toMatchObject(refusal('forbidden'));
  expect(
    await agency.perform(agency.agent, { kind: 'message.confirm', messageId: newId(), arrived: true }),
  ).toMatchObject(refusal('not_confirmable'));
  await agency.hears(echoed({ recipientId: '77' }));
  const silent = (await agency.threads()).find(({ id }) => id !== it.conversationId)!;
  expect(
    await agency.perform(agency.agent, { kind: 'reply.send', conversationId: silent.id, text: 'x' }),
  ).toMatchObject(refusal('not_started_by_contact'));
});

it('lets the starter plan answer on Facebook', async () => {
  await using it = await roomWithInquiry({ plan: 'starter', channel: 'facebook' });
  expect(await it.send()).toMatchObject({ ok: true });
});

it('answers a repeated id with the first answer, and acts once', async () => {
  await using it = await roomWithInquiry();
  const first = await it.send('Yes', it.agency.agent, 'command-1');
  const before = await counts(it.agency);
  const again = await Promise.all(Array.from({ length: 5 }, () => it.send('Yes', it.agency.agent, 'command-1')));
  expect(again).toEqual(Array.from({ length: 5 }, () => first));
  expect(await counts(it.agency)).toEqual(before);
  it.room.pass(dayMs);
  expect(await it.send('Yes', it.agency.agent, 'command-1')).toEqual(first);
  expect(await it.send('No', it.agency.agent, 'command-1')).toMatchObject(refusal('id_reused'));
  expect(
    await it.agency.perform(
      it.agency.agent,
      { kind: 'note.add', conversationId: it.conversationId, text: 'Yes' },
      'command-1',
    ),
  ).toMatchObject(refusal('id_reused'));
  expect(await counts(it.agency)).toEqual(before);
  expect(await it.agency.agency.read(verifyTrail)).toMatchObject({ ok: true });
});

it('holds a claim for its lease, renews it by replying, and releases it on request', async () => {
  await using it = await roomWithInquiry();
  const { agency, conversationId, room } = it;
  const claim = (who = agency.agent) => agency.perform(who, { kind: 'handoff.claim', conversationId });
  expect(await claim()).toMatchObject({ ok: true });
  for (const command of [
    { kind: 'handoff.claim' },
    { kind: 'handoff.release' },
    { kind: 'handoff.resolve' },
  ] as const) {
    expect(await agency.perform(agency.owner, { ...command, conversationId })).toMatchObject(
      refusal('claimed_by_other'),
    );
  }
  room.pass(claimLeaseMs - 1);
  expect(await it.send()).toMatchObject({ ok: true });
  room.pass(claimLeaseMs - 1);
  expect(await it.send('x', agency.owner)).toMatchObject(refusal('claimed_by_other'));
  room.pass(1);
  expect(await it.send('x', agency.owner)).toMatchObject({ ok: true });
  expect(await claim()).toMatchObject(refusal('claimed_by_other'));
  expect(await agency.perform(agency.owner, { kind: 'handoff.release', conversationId })).toMatchObject({ ok: true });
  expect((await agency.conversation()).handoff).toMatchObject({ state: 'open', claimedBy: null, claimedUntil: null });
  expect(await claim()).toMatchObject({ ok: true });
});

it('is done once a person says so, until the buyer writes again', async () => {
  await using it = await roomWithInquiry();
  const { agency, conversationId } = it;
  expect(await agency.perform(agency.agent, { kind: 'handoff.resolve', conversationId })).toMatchObject({ ok: true });
  expect(await agency.conversation()).toMatchObject({ state: 'done', handoff: null, unansweredSinceAt: null });
  expect(await agency.perform(agency.agent, { kind: 'handoff.claim', conversationId })).toMatchObject(
    refusal('not_found'),
  );
  it.room.pass(1_000);
  await agency.hears(wrote({ sentAt: it.room.clock() }));
  expect(await agency.conversation()).toMatchObject({
    state: 'needs_answer',
    handoff: { state: 'open' },
    unansweredSinceAt: it.room.clock(),
  });
  expect(await agency.count('leads')).toBe(1);
});

it('keeps a note inside the agency, without touching window or order', async () => {
  await using it = await roomWithInquiry({ plan: 'starter' });
  const { agency, conversationId } = it;
  const before = await agency.conversation();
  it.room.pass(8 * dayMs);
  expect(await agency.perform(agency.agent, { kind: 'note.add', conversationId, text: 'Called her' })).toMatchObject({
    ok: true,
    state: 'received',
  });
  expect(await agency.conversation()).toEqual(before);
  expect((await agency.messages()).at(-1)).toMatchObject({
    direction: 'note',
    text: 'Called her',
    author: { name: 'Arne' },
  });
  expect(JSON.stringify(await agency.trail())).not.toContain('Called her');
});

it.each([
  'reply.schedule',
  'reply.auto',
  'comment.auto_reply',
  'comment.post',
  'outreach.send',
  'post.publish',
  'profile.scrape',
])('never does %s, and says why', (kind) =>
  expect(readCommandEnvelope({ id: '1', command: { kind, text: 'x' } })).toMatchObject(refusal('policy_refused')),
);
