import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Channel, type Command, type CommandAnswer, newId, type Plan, type Role } from '@transom/shared';
import type { Clock } from '../clock.ts';
import type { Actor } from '../inbox/actor.ts';
import { applyEvent } from '../inbox/apply-event.ts';
import { createInbox } from '../inbox/create-inbox.ts';
import type { ChannelEvent } from '../inbox/events.ts';
import type { Inbox } from '../inbox/inbox.ts';
import type { AccountRef } from '../inbox/thread.ts';
import { inWork } from '../ledger/agency-work.ts';
import { listConversations, readConversation } from '../ledger/documents/conversation.ts';
import { listMessages, readMessage } from '../ledger/documents/message.ts';
import { createLogger } from '../log.ts';
import { databaseAt } from '../store/database-at.ts';
import type { SqlParams, Store } from '../store/port.ts';
import { type Handled, noon, shop, wrote } from './events.ts';

/** A relay's database in a folder of its own, a clock that tests move, and agencies on it. `await using` cleans up. */
export async function openRelayRoom() {
  const folder = mkdtempSync(join(tmpdir(), 'transom-relay-'));
  const databasePath = join(folder, 'transom.db');
  const database = databaseAt(`sqlite:${databasePath}`);
  const store = database.open();
  const committed: string[] = [];
  const refused: string[] = [];
  let now = noon;
  const clock = () => now;
  const log = createLogger('silent');
  const inbox = createInbox({
    store,
    clock,
    onCommitted: (agencyId) => committed.push(agencyId),
    onRefused: (code) => refused.push(code),
  });
  return {
    folder,
    databasePath,
    database,
    store,
    clock,
    aheadOfMeta: () => null,
    log,
    inbox,
    committed,
    refused,
    pass(ms: number): void {
      now += ms;
    },
    addAgency: (about: AboutAgency = {}) => addAgency({ store, clock, inbox }, about),
    async [Symbol.asyncDispose](): Promise<void> {
      await store.close().catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
export type RelayRoom = Awaited<ReturnType<typeof openRelayRoom>>;

type AboutAgency = {
  readonly plan?: Plan;
  readonly channel?: Channel;
  readonly nativeId?: string;
  readonly token?: string;
  readonly humanAgentApproved?: boolean;
};
type Foundation = { readonly store: Store; readonly clock: Clock; readonly inbox: Inbox };

/** An agency with one connected account and three people: Olga the owner, Arne an agent, Vera who only looks. */
async function addAgency({ store, clock, inbox }: Foundation, about: AboutAgency) {
  const { plan = 'plus', channel = 'instagram', nativeId = shop, token = 'token', humanAgentApproved = false } = about;
  const id = newId();
  const accountId = newId();
  await store.write(async (tx) => {
    await tx.run(
      `insert into agencies (id, name, plan, epoch, data_key, created_at) values (:id, 'Nordic Saunas', :plan, :epoch, 'none', :now)`,
      {
        ...{ id, plan, epoch: newId(), now: clock() },
      },
    );
    await tx.run(
      `insert into account_routes (native_id, channel, agency_id, account_id) values (:nativeId, :channel, :id, :accountId)`,
      {
        ...{ nativeId, channel, id, accountId },
      },
    );
    await tx.forAgency(id).run(
      `insert into accounts (agency_id, id, channel, native_id, name, state, token, human_agent_approved, created_at)
       values (:agency, :accountId, :channel, :nativeId, 'Nordic Saunas', 'connected', :token, :humanAgent, :now)`,
      { accountId, channel, nativeId, token, humanAgent: humanAgentApproved ? 1 : 0, now: clock() },
    );
  });
  const agency = store.forAgency(id);
  const account = { id: accountId, channel, deliveryId: null };

  async function person(name: string, role: Role): Promise<Actor> {
    const [personId, deviceId, now] = [newId(), newId(), clock()];
    await agency.write(async (tx) => {
      await tx.run(
        `insert into people (agency_id, id, name, role, created_at) values (:agency, :personId, :name, :role, :now)`,
        { personId, name, role, now },
      );
      await tx.run(
        `insert into devices (agency_id, id, person_id, name, created_at) values (:agency, :deviceId, :personId, :name, :now)`,
        { deviceId, personId, name: `${name}'s desk`, now },
      );
    });
    return { agencyId: id, deviceId, person: { id: personId, name, role } };
  }

  const rows = <Row>(sql: string, params: SqlParams = {}) => agency.read((tx) => tx.all<Row>(sql, params));
  const threads = () => agency.read((tx) => listConversations(tx, null, 1_000, 0));
  return {
    id,
    nativeId,
    account,
    agency,
    rows,
    threads,
    owner: await person('Olga', 'owner'),
    agent: await person('Arne', 'agent'),
    viewer: await person('Vera', 'viewer'),

    /** Another account of the same channel. */
    async addAccount({ nativeId: otherNativeId, token: otherToken }: { nativeId: string; token: string }) {
      const other = { id: newId(), channel, deliveryId: null };
      await agency.write((tx) =>
        tx.run(
          `insert into accounts (agency_id, id, channel, native_id, name, state, token, created_at)
           values (:agency, :id, :channel, :nativeId, :nativeId, 'connected', :token, :now)`,
          { id: other.id, channel, nativeId: otherNativeId, token: otherToken, now: clock() },
        ),
      );
      return other;
    },
    /** Brings in events of the channel as the normalizer does, all at the present moment. */
    hears(...events: Handled[]): Promise<void> {
      return this.hearsOn(account, ...events);
    },
    async hearsOn(of: AccountRef, ...events: Handled[]): Promise<void> {
      await inWork(agency, clock, async (work) => {
        for (const event of events) await applyEvent(work, of, event);
      });
    },
    async buyerWrites(
      text: string,
      given: Partial<Extract<ChannelEvent, { kind: 'message_received' }>> = {},
    ): Promise<string> {
      await this.hears(wrote({ text, sentAt: clock(), ...given }));
      return (await this.conversation()).id;
    },
    perform: (actor: Actor, command: Command, commandId = newId()): Promise<CommandAnswer> =>
      inbox.perform(actor, { id: commandId, command }),
    /** The one conversation, as the desk sees it. */
    async conversation() {
      const [only, ...others] = await threads();
      if (only === undefined || others.length > 0)
        throw new Error(`There are ${others.length + (only ? 1 : 0)} conversations, not one.`);
      return only;
    },
    readConversation: (conversationId: string) => agency.read((tx) => readConversation(tx, conversationId, 0)),
    /** Oldest first. */
    messages: async () =>
      (
        await agency.read(async (tx) =>
          Promise.all(
            (
              await listConversations(tx, null, 1_000, 0)
            ).map(({ id: thread }) => listMessages(tx, thread, null, 1_000, 0)),
          ),
        )
      )
        .flat()
        .toReversed(),
    message: (messageId: string) => agency.read((tx) => readMessage(tx, messageId, 0)),
    changes: () =>
      rows<{ seq: number; entity: string; entity_id: string; body: string | null }>(
        `select seq, entity, entity_id, body from changes where agency_id = :agency order by seq`,
      ),
    trail: () =>
      rows<{ n: number; actor: string; action: string; target: string; detail: string }>(
        `select n, actor, action, target, detail from events where agency_id = :agency order by n`,
      ),
    count: async (table: 'messages' | 'leads' | 'handoffs' | 'events' | 'changes' | 'conversations' | 'contacts') =>
      (await rows<{ n: number }>(`select count(*) as n from ${table} where agency_id = :agency`))[0]?.n,
  };
}
export type AgencyInRoom = Awaited<ReturnType<RelayRoom['addAgency']>>;
