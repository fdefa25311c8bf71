import { expect, it } from 'vitest';
import { wrote } from '../testing/events.ts';
import { openOutboundRoom } from '../testing/outbound-room.ts';
import type { AgencyInRoom } from '../testing/relay-room.ts';
import { sendLimits } from './sender.ts';

it('sends for others while Meta does not answer one account, over real HTTP', async () => {
  await using room = await openOutboundRoom();
  const { agency: slow, client } = room;
  const queue = async (agency: AgencyInRoom, conversationId: string, text: string) => {
    const answer = await agency.perform(agency.agent, { kind: 'reply.send', conversationId, text });
    if (!answer.ok) throw new Error(answer.refusal.code);
  };
  const sending = () =>
    slow.rows<{ n: number }>(
      `select count(*) as n from messages where agency_id = :agency and account_id = :id and state = 'sending'`,
      { id: slow.account.id },
    );

  // An account in another agency, and a second one in the slow one's agency.
  const theirs = await client.addAccount({ channel: 'instagram', name: 'Other Saunas' });
  const others = await room.addAgency({ nativeId: theirs.nativeId, token: theirs.token });
  const secondShop = await client.addAccount({ channel: 'instagram', name: 'Second Saunas' });
  const second = await slow.addAccount({ nativeId: secondShop.nativeId, token: secondShop.token });
  const theirBuyer = await client.buyer({ account: theirs, name: 'Ola' });
  const secondBuyer = await client.buyer({ account: secondShop, name: 'Maya' });
  await client.writes({ account: theirs, buyer: theirBuyer, text: 'Hi' });
  await client.writes({ account: secondShop, buyer: secondBuyer, text: 'Hi' });
  const contact = (senderId: string) => ({
    contact: { senderId, name: null, username: senderId },
    sentAt: room.clock(),
  });
  await slow.hearsOn(second, wrote(contact(secondBuyer.id)));
  await expect.poll(() => others.threads()).toHaveLength(1);
  const [theirThread] = await others.threads();
  const [secondThread] = await slow.threads();

  await slow.hears(...Array.from({ length: 80 }, (_, n) => wrote(contact(`99900000000${n}`))));
  await client.fault({ kind: 'slow_answer', account: room.shop.nativeId, delayMs: 60_000 });
  for (const { id } of await slow.threads()) if (id !== secondThread!.id) await queue(slow, id, 'x');
  room.look();
  await expect.poll(sending).toEqual([{ n: sendLimits.account }]);

  await queue(others, theirThread!.id, 'another agency');
  await queue(slow, secondThread!.id, 'another account');
  room.lookAt(others.id);
  room.look();
  await expect
    .poll(async () =>
      (await client.delivered())
        .map(({ text }) => text)
        .filter((text) => text !== 'x')
        .toSorted(),
    )
    .toEqual(['another account', 'another agency']);
  // Not because the slow ones had ended: some still wait for their first try.
  const [waiting] = await slow.rows<{ n: number }>(
    `select count(*) as n from messages where agency_id = :agency and state = 'queued' and attempts = 0`,
  );
  expect(waiting!.n).toBeGreaterThan(0);
  // Nor because Meta was not asked at all.
  expect(await slow.rows(`select 1 from messages where agency_id = :agency and state = 'failed'`)).toEqual([]);
});
