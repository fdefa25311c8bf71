import { claimLeaseMs, minuteMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { openRelayRoom } from '../testing/relay-room.ts';

async function openClaim() {
  const room = await openRelayRoom();
  const agency = await room.addAgency();
  const conversationId = await agency.buyerWrites('How much?');
  const claims = (who: typeof agency.agent, takeOver?: true) =>
    agency.perform(who, { kind: 'handoff.claim', conversationId, ...(takeOver === undefined ? {} : { takeOver }) });
  const events = async (action: string) => (await agency.trail()).filter((event) => event.action === action);
  return { room, agency, conversationId, claims, events, [Symbol.asyncDispose]: room[Symbol.asyncDispose] };
}

it('is renewed by its holder without another audit event, and desks get its new end', async () => {
  await using it = await openClaim();
  await it.claims(it.agency.agent);
  const claimedAt = () => it.agency.rows(`select claimed_at from handoffs where agency_id = :agency`);
  const since = await claimedAt();
  for (let n = 1; n <= 3; n += 1) {
    it.room.pass(claimLeaseMs - 1);
    expect(await it.claims(it.agency.agent)).toMatchObject({ ok: true });
    expect((await it.agency.conversation()).handoff?.claimedUntil).toBe(it.room.clock() + claimLeaseMs);
  }
  expect((await it.agency.changes()).at(-1)?.body).toContain(`${it.room.clock() + claimLeaseMs}`);
  expect([await it.events('handoff.claimed'), await claimedAt()]).toMatchObject([{ length: 1 }, since]);
  it.room.pass(claimLeaseMs);
  await it.claims(it.agency.agent);
  expect(await it.events('handoff.claimed')).toHaveLength(2);
});

it('is taken over only by an owner who asks to, and that is audited', async () => {
  await using it = await openClaim();
  const { agency } = it;
  await it.claims(agency.owner);
  it.room.pass(minuteMs);
  expect(await it.claims(agency.agent, true)).toMatchObject({ refusal: { code: 'claimed_by_other' } });
  expect(await it.claims(agency.viewer, true)).toMatchObject({ refusal: { code: 'forbidden' } });
  await agency.perform(agency.owner, { kind: 'handoff.release', conversationId: it.conversationId });
  await it.claims(agency.agent);
  expect(await it.claims(agency.owner)).toMatchObject({ refusal: { code: 'claimed_by_other' } });
  expect(await it.events('handoff.taken_over')).toEqual([]);
  expect(await it.claims(agency.owner, true)).toMatchObject({ ok: true });
  expect((await agency.conversation()).handoff).toMatchObject({
    claimedBy: { name: 'Olga' },
    claimedUntil: it.room.clock() + claimLeaseMs,
  });
  expect(await it.events('handoff.taken_over')).toMatchObject([
    { actor: agency.owner.person.id, detail: JSON.stringify({ from: agency.agent.person.id }) },
  ]);
  expect(await it.claims(agency.agent)).toMatchObject({ refusal: { code: 'claimed_by_other' } });
});

it('records no takeover if nobody held it, and is refused if nothing waits', async () => {
  await using it = await openClaim();
  const { agency } = it;
  expect(await it.claims(agency.owner, true)).toMatchObject({ ok: true });
  expect(await it.events('handoff.taken_over')).toEqual([]);
  await agency.perform(agency.owner, { kind: 'handoff.resolve', conversationId: it.conversationId });
  expect(await it.claims(agency.owner, true)).toMatchObject({ refusal: { code: 'not_found' } });
});

it('is released once: who releases what nobody holds changes and records nothing', async () => {
  await using it = await openClaim();
  const { agency, conversationId } = it;
  const releases = (who: typeof agency.agent) => agency.perform(who, { kind: 'handoff.release', conversationId });
  const written = async () => [await agency.count('changes'), await agency.count('events')];
  const before = await written();
  expect(await releases(agency.agent)).toMatchObject({ ok: true });
  expect(await written()).toEqual(before);
  await it.claims(agency.agent);
  expect(await releases(agency.agent)).toMatchObject({ ok: true });
  const after = await written();
  expect(await releases(agency.owner)).toMatchObject({ ok: true });
  expect(await written()).toEqual(after);
  expect(await it.events('handoff.released')).toMatchObject([{ actor: agency.agent.person.id }]);
});
