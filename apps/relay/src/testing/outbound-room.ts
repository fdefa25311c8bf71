import { startSimulator } from '@transom/simulator';
import fastify from 'fastify';
import { expect } from 'vitest';
import { normalizeDelivery, takeOut } from '../channels/all.ts';
import { callsTo, connectorsWith } from '../channels/testing/connectors.ts';
import { RelayClock } from '../clock.ts';
import { BodiesUnderWay } from '../intake/bodies-under-way.ts';
import { createIntake } from '../intake/create-intake.ts';
import { registerWebhooks } from '../intake/webhook-routes.ts';
import type { ChannelAccount } from '../outbound/channel-port.ts';
import { createSender, type SenderDeps } from '../outbound/sender.ts';
import { openRelayRoom } from './relay-room.ts';

const secrets = { instagramAppSecret: 'instagram secret', facebookAppSecret: 'facebook secret' };

/**
 * The way to Meta and back: the sender, the real Graph client, a simulator in Meta's place, and its webhooks into the intake. `pass` moves
 * the relay's clock and the simulator's together, and pokes the sender.
 */
export async function openOutboundRoom({
  channel = 'instagram',
  humanAgentApproved = false,
}: {
  channel?: 'instagram' | 'facebook';
  humanAgentApproved?: boolean;
} = {}) {
  const room = await openRelayRoom();
  const simulator = await startSimulator({ ...secrets, retryBaseMs: 10 });
  const { client } = simulator;
  await client.advanceClock(room.clock() - (await client.now()));
  const shop: { nativeId: string; token: string } = await client.addAccount({
    channel,
    name: 'Nordic Saunas',
    humanAgentApproved,
  });
  const agency = await room.addAgency({ channel, nativeId: shop.nativeId, token: shop.token, humanAgentApproved });
  const relayClock = new RelayClock({ wall: room.clock, monotonic: room.clock });
  const channels = callsTo({
    facebookGraphUrl: `${simulator.url}/facebook`,
    instagramGraphUrl: `${simulator.url}/instagram`,
    facebookAppSecret: secrets.facebookAppSecret,
    timeoutMs: 2_000,
    noteServerDate: (at, tookMs) => relayClock.noteServerDate(at, tookMs),
  });

  const intake = createIntake({ ...room, normalize: normalizeDelivery, takeOut, onCommitted: () => undefined });
  const app = fastify();
  await registerWebhooks(app, {
    ...room,
    commits: intake.commits,
    bodies: new BodiesUnderWay(),
    webhooks: connectorsWith({
      instagram: { appSecrets: [secrets.instagramAppSecret] },
      facebook: { appSecrets: [secrets.facebookAppSecret] },
    }),
    count: () => undefined,
  });
  await client.setTarget(await app.listen({ host: '127.0.0.1', port: 0 }));

  const deps: SenderDeps = {
    ...room,
    channels,
    aheadOfMeta: relayClock.aheadOfMeta,
    onCommitted: () => undefined,
    openAccount: async (tx, accountId) => {
      const account = await tx.get<ChannelAccount & { token: string | null }>(
        `select channel, native_id as "nativeId", token from accounts where agency_id = :agency and id = :accountId`,
        { accountId },
      );
      return account === undefined || account.token === null ? null : account;
    },
  };
  const senders = [createSender(deps)];

  return {
    ...room,
    client,
    shop,
    agency,
    deps,
    /** Starts another sender, as after a restart, which is used from then on. */
    restart(): Promise<void> {
      senders.push(createSender(deps));
      return senders.at(-1)!.start();
    },
    look: () => senders.at(-1)!.poke(agency.id),
    lookAt: (agencyId: string) => senders.at(-1)!.poke(agencyId),
    /** The relay's clock alone goes wrong, and nobody notices. */
    goesAhead: room.pass,
    async pass(ms: number): Promise<void> {
      room.pass(ms);
      await client.advanceClock(ms);
      senders.at(-1)!.poke(agency.id);
    },
    /** A buyer who wrote, or commented, and whose words have arrived. */
    async buyer(name: string, does: 'writes' | 'comments' = 'writes') {
      const buyer = await client.buyer({ account: shop, name });
      // The two clocks agree except for the milliseconds that pass in the simulator; for both, this was a second ago.
      const sentAt = room.clock() - 1_000;
      const words = { account: shop, buyer, sentAt };
      let commentId = '';
      if (does === 'comments') ({ commentId } = await client.comments({ ...words, text: 'Price?' }));
      else await client.writes({ ...words, text: 'Hi' });
      const threads = () =>
        agency.rows<{ id: string }>(
          `select c.id from conversations c join contacts t on t.agency_id = c.agency_id and t.id = c.contact_id
           where c.agency_id = :agency and t.sender_id = :sender`,
          { sender: buyer.id },
        );
      await expect.poll(threads, { timeout: 5_000 }).toHaveLength(1);
      const [thread] = await threads();
      return { id: buyer.id, thread: thread?.id ?? '', commentId };
    },
    async sends(buyer: { thread: string }, text: string): Promise<string> {
      const answer = await agency.perform(agency.agent, { kind: 'reply.send', conversationId: buyer.thread, text });
      if (!answer.ok || answer.messageId === null) throw new Error(`Refused: ${JSON.stringify(answer)}`);
      senders.at(-1)!.poke(agency.id);
      return answer.messageId;
    },
    becomes: (messageId: string, expected: object) =>
      expect.poll(() => agency.message(messageId), { timeout: 8_000 }).toMatchObject(expected),
    /** What really reached buyers. */
    arrived: async () => (await client.delivered()).map(({ text }) => text),
    async [Symbol.asyncDispose](): Promise<void> {
      await Promise.all(senders.map((sender) => sender.close()));
      await simulator.close();
      await app.close();
      await intake.normalizer.close();
      await room[Symbol.asyncDispose]();
    },
  };
}
