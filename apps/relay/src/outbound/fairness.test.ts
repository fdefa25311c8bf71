import { minuteMs } from '@transom/shared';
import { expect, it } from 'vitest';
import { wrote } from '../testing/events.ts';
import { type AgencyInRoom, openRelayRoom } from '../testing/relay-room.ts';
import { channelThat, sentAs } from '../testing/replies.ts';
import type { ChannelAccount, ChannelPort } from './channel-port.ts';
import { createSender, lookLimits, sendLimits } from './sender.ts';

/** A channel that hangs for accounts with these tokens until `letGo` is called, and counts calls in flight. */
function hangingChannel(hangs: (token: string) => boolean) {
  const letGo = Promise.withResolvers<void>();
  const underWay = new Map<string, number>();
  const most = new Map<string, number>();
  const leftAt = new Map<string, number>();
  const count = (key: string, by: number) => {
    const now = (underWay.get(key) ?? 0) + by;
    underWay.set(key, now);
    most.set(key, Math.max(most.get(key) ?? 0, now));
  };
  const call = async (account: ChannelAccount) => {
    for (const key of [account.token, 'all']) count(key, 1);
    if (hangs(account.token)) await letGo.promise;
    for (const key of [account.token, 'all']) count(key, -1);
  };
  let made = 0;
  const channels: ChannelPort = channelThat(
    async (account, { text }) => {
      leftAt.set(text, performance.now());
      await call(account);
      return sentAs(`m${(made += 1)}`);
    },
    async (account) => {
      await call(account);
      return [];
    },
  );
  return { channels, letGo: letGo.resolve, underWay, most, leftAt };
}

async function scene(hangs: (token: string) => boolean) {
  const room = await openRelayRoom();
  const channel = hangingChannel(hangs);
  const sender = createSender({
    ...room,
    channels: channel.channels,
    openAccount: async (tx, accountId) => {
      const account = await tx.get<ChannelAccount>(
        `select channel, native_id as "nativeId", token from accounts where agency_id = :agency and id = :accountId`,
        { accountId },
      );
      return account ?? null;
    },
    onCommitted: () => undefined,
  });
  return {
    ...{ room, sender, ...channel },
    async [Symbol.asyncDispose]() {
      channel.letGo();
      await sender.close();
      await room[Symbol.asyncDispose]();
    },
  };
}

/** Makes threads with this many contacts on this account. */
async function peopleOf(agency: AgencyInRoom, accountId: string, count: number): Promise<string[]> {
  const known = new Set((await agency.threads()).map(({ id }) => id));
  const account = { id: accountId, channel: 'instagram', deliveryId: null } as const;
  await agency.hearsOn(
    account,
    ...Array.from({ length: count }, (_, n) =>
      wrote({ contact: { senderId: `${accountId} ${n}`, name: null, username: null } }),
    ),
  );
  return (await agency.threads()).map(({ id }) => id).filter((id) => !known.has(id));
}

async function queueAll(agency: AgencyInRoom, threads: readonly string[], text = 'x'): Promise<void> {
  for (const conversationId of threads) {
    const answer = await agency.perform(agency.agent, { kind: 'reply.send', conversationId, text });
    if (!answer.ok) throw new Error(answer.refusal.code);
  }
}

it('does not let a hanging account with 80 waiting replies hold up another account or another agency', async () => {
  await using it = await scene((token) => token === 'hangs');
  const { room, sender } = it;
  const slow = await room.addAgency({ nativeId: 'slow', token: 'hangs' });
  const second = await slow.addAccount({ nativeId: 'second', token: 'answers' });
  const other = await room.addAgency({ nativeId: 'other', token: 'answers' });
  await queueAll(slow, await peopleOf(slow, slow.account.id, 80));
  const [colleague] = await peopleOf(slow, second.id, 1);
  const [stranger] = await peopleOf(other, other.account.id, 1);
  sender.poke(slow.id);
  await expect.poll(() => it.underWay.get('hangs')).toBe(sendLimits.account);

  for (const [agency, thread, text] of [
    [slow, colleague!, 'another account'],
    [other, stranger!, 'another agency'],
  ] as const) {
    await queueAll(agency, [thread], text);
    const askedAt = performance.now();
    sender.poke(agency.id);
    await expect.poll(() => it.leftAt.get(text), { interval: 5 }).toBeDefined();
    // Milliseconds on a quiet machine; before, never: the account hangs until the test ends.
    expect(it.leftAt.get(text)! - askedAt).toBeLessThan(1_000);
  }
  expect(it.most.get('hangs')).toBe(sendLimits.account);
});

it('keeps its limits exactly, however many agencies and accounts want to send at the same moment', async () => {
  await using it = await scene(() => true);
  const { room, sender } = it;
  const agencies: AgencyInRoom[] = [];
  for (let n = 0; n < 3; n += 1) {
    const agency = await room.addAgency({ nativeId: `shop ${n}`, token: `${n}` });
    agencies.push(agency);
    await queueAll(agency, await peopleOf(agency, agency.account.id, 8));
    for (let m = 0; m < 5; m += 1) {
      const account = await agency.addAccount({ nativeId: `shop ${n} ${m}`, token: `${n} ${m}` });
      await queueAll(agency, await peopleOf(agency, account.id, 8));
    }
  }
  for (let round = 0; round < 3; round += 1) for (const { id } of agencies) sender.poke(id);
  await expect.poll(() => it.underWay.get('all')).toBe(agencies.length * sendLimits.agency);
  for (const { id } of agencies) sender.poke(id);
  const sending = await Promise.all(
    agencies.map((agency) =>
      agency.rows<{ n: number }>(
        `select count(*) as n from messages where agency_id = :agency and state = 'sending' group by account_id`,
      ),
    ),
  );
  for (const accounts of sending) {
    expect(accounts).toHaveLength(6);
    expect(Math.max(...accounts.map(({ n }) => n))).toBeLessThanOrEqual(sendLimits.account);
  }
  expect(it.most.get('all')).toBe(agencies.length * sendLimits.agency);
});

it('looks up what is in doubt on one account while another one hangs', async () => {
  await using it = await scene((token) => token === 'hangs');
  const { room, sender } = it;
  const agency = await room.addAgency({ nativeId: 'slow', token: 'hangs' });
  const second = await agency.addAccount({ nativeId: 'second', token: 'answers' });
  await queueAll(agency, await peopleOf(agency, agency.account.id, 30));
  await queueAll(agency, await peopleOf(agency, second.id, 1), 'mine');
  await agency.agency.write((tx) =>
    tx.run(
      `update messages set state = 'unconfirmed', attempt_started_at = next_attempt_at,
         next_attempt_at = next_attempt_at + case when text = 'mine' then 1 else 0 end
       where agency_id = :agency and state = 'queued'`,
    ),
  );
  room.pass(minuteMs);
  sender.poke(agency.id);
  await expect.poll(() => it.underWay.get('hangs')).toBe(lookLimits.account);
  await expect
    .poll(() => agency.rows(`select attempts from messages where agency_id = :agency and text = 'mine'`))
    .toEqual([{ attempts: 1 }]);
  expect(it.most.get('hangs')).toBe(lookLimits.account);
});
