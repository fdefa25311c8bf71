import { type Account, type ChannelPolicy, dayMs, hourMs, policiesOfVersion2, policyOf } from '@transom/shared';
import { expect, it } from 'vitest';
import { channelDefinitions } from '../channels/all.ts';
import { wrote } from '../testing/events.ts';
import { type AgencyInRoom, openRelayRoom } from '../testing/relay-room.ts';
import { announcePolicies } from './announce-policies.ts';

const policies = Object.fromEntries(channelDefinitions.map(({ name, policy }) => [name, policy]));
const instagram = policyOf({ channel: 'instagram', policy: policies['instagram'] });

const accountsTold = async (agency: AgencyInRoom) =>
  (await agency.changes()).flatMap(({ entity, body }) =>
    entity === 'account' ? [JSON.parse(body ?? 'null') as Account] : [],
  );

it('tells every desk the rules of its account once, and again when they change', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  const onPage = await room.addAgency({ channel: 'facebook', nativeId: '104200000000001' });
  const announce = (told: Readonly<Record<string, ChannelPolicy>>) => announcePolicies(room.store, told, room.clock());

  await announce(policies);
  await announce(policies);
  expect((await accountsTold(agency)).map(({ policy }) => policy)).toEqual([policies['instagram']]);
  expect((await accountsTold(onPage)).map(({ policy }) => policy)).toEqual([policies['facebook']]);
  const recorded = async () => (await agency.trail()).filter(({ action }) => action === 'account.policy_changed');
  expect(await recorded()).toEqual([]);

  const next = { ...instagram, version: '2027-03-01', text: { count: 500, unit: 'characters' as const } };
  await announce({ ...policies, instagram: next });
  expect((await accountsTold(agency)).map(({ policy }) => policy)).toEqual([policies['instagram'], next]);
  expect(await accountsTold(onPage)).toHaveLength(1);
  expect(await recorded()).toMatchObject([{ actor: 'relay', detail: '{"from":"2026-09-28","to":"2027-03-01"}' }]);
});

it('announces changed rules even if nobody gave them a new version', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await announcePolicies(room.store, policies, room.clock());
  await announcePolicies(room.store, { instagram: { ...instagram, replyPlans: ['pro'] } }, room.clock());
  expect((await accountsTold(agency)).at(-1)?.policy?.replyPlans).toEqual(['pro']);
});

it('leaves an account alone if this relay no longer has its channel', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  await announcePolicies(room.store, policies, room.clock());
  await announcePolicies(room.store, {}, room.clock());
  expect(await accountsTold(agency)).toHaveLength(1);
});

it('makes the relay itself follow the changed rules: window, text, openers, plan and profile', async () => {
  await using room = await openRelayRoom();
  const agency = await room.addAgency();
  const conversationId = await agency.buyerWrites('Hi');
  const windows = { ...instagram.windows, standard: { lastsMs: 2 * dayMs } };
  const reply = (text: string) =>
    agency.perform(agency.agent, { kind: 'reply.send', conversationId, text, seenMessageId: undefined });
  room.pass(47 * hourMs);
  expect(await reply('Late')).toMatchObject({ refusal: { code: 'window_closed' } });

  const changed: ChannelPolicy = {
    ...instagram,
    windows,
    text: { count: 5, unit: 'characters' },
    opens: { message: 'standard' },
    profileUrl: 'https://people.example/{username}',
  };
  await announcePolicies(room.store, { instagram: changed }, room.clock());
  expect(await reply('Late')).toMatchObject({ ok: true });
  expect(await reply('Too late')).toMatchObject({ refusal: { code: 'text_too_long' } });

  room.pass(2 * dayMs);
  await agency.hears(
    wrote({
      sentAt: room.clock(),
      messageKind: 'story_mention',
      contact: { senderId: '1200000000000001', name: null, username: 'maya l' },
    }),
  );
  expect(await agency.conversation()).toMatchObject({
    window: { openedAt: room.clock() - 47 * hourMs - 2 * dayMs },
    contact: { profileUrl: 'https://people.example/maya%20l' },
  });
  expect(await reply('Later')).toMatchObject({ refusal: { code: 'window_closed' } });
  await announcePolicies(room.store, { instagram: { ...changed, replyPlans: ['pro'] } }, room.clock());
  expect(await reply('Later')).toMatchObject({ refusal: { code: 'plan_upgrade_required' } });
});

it('keeps the figures that every version 2 desk relies on, until somebody changes them on purpose', () => {
  for (const [name, { opens, windows, text, replyPlans, profileUrl, version }] of Object.entries(policiesOfVersion2))
    expect(policies[name]).toMatchObject({ opens, windows, text, replyPlans, profileUrl, version });
  for (const { policy } of channelDefinitions) expect(policy.sources.length).toBeGreaterThan(0);
});
