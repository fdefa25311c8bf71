import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { Clock } from './clock.ts';
import { type Faults, faultSchema } from './faults.ts';
import { type Account } from './truth/accounts.ts';
import { actSchema } from './truth/acts.ts';
import { performAndTell } from './truth/perform.ts';
import type { Truth } from './truth/truth.ts';
import { windowFrom } from './truth/windows.ts';
import { maxBatch, type Outbox } from './webhooks/outbox.ts';
import type { Stage } from './worlds/stage.ts';
import { worldNames, worlds } from './worlds/worlds.ts';

/** The controls for `SimulatorClient`, under `/__simulator`. A wrong body gets 400 and a sentence. */
export type Controlled = {
  readonly truth: Truth;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly outbox: Outbox;
  readonly stage: Stage;
  readonly mediaUrl: () => string;
};

const who = { account: z.string(), buyer: z.string() };
const addAccountSchema = z.strictObject({
  channel: z.enum(['instagram', 'facebook']),
  name: z.string().min(1),
  username: z.string().optional(),
  humanAgentApproved: z.boolean().optional(),
});
const filterSchema = z.strictObject({ account: z.string().optional(), buyer: z.string().optional() });

export function serveControl(
  server: FastifyInstance,
  { truth, clock, faults, outbox, stage, mediaUrl }: Controlled,
): void {
  function control<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    run: (given: z.infer<Schema>) => unknown,
  ): void {
    server.post(`/__simulator/${path}`, async (request, reply) => {
      const parsed = schema.safeParse(request.body ?? {});
      if (!parsed.success) return reply.code(400).send({ error: z.prettifyError(parsed.error) });
      try {
        return await reply.send({ answer: (await run(parsed.data)) ?? null });
      } catch (error) {
        return reply.code(400).send({ error: error instanceof Error ? error.message : String(error) });
      }
    });
  }
  const nothing = z.strictObject({});

  control('accounts', nothing, () => [...truth.accounts.values()].map(publicAccount));
  control('add-account', addAccountSchema, ({ channel, name, username, humanAgentApproved }) =>
    publicAccount(
      truth.addAccount({
        channel,
        name,
        username: username ?? (channel === 'instagram' ? userNameOf(name) : null),
        humanAgentApproved: humanAgentApproved ?? false,
      }),
    ),
  );
  control(
    'set-target',
    z.strictObject({ url: z.url(), concurrency: z.number().int().min(1).max(200).optional() }),
    ({ url, concurrency }) => outbox.setTarget(url, concurrency ?? 1),
  );
  control(
    'buyer',
    z.strictObject({ account: z.string(), name: z.string().min(1), username: z.string().optional() }),
    ({ account, name, username }) => {
      const found = accountOf(account);
      const buyer = truth.buyer(found, name, found.channel === 'instagram' ? (username ?? userNameOf(name)) : null);
      return { id: buyer.id, name: buyer.name, username: buyer.username, conversationId: buyer.conversationId };
    },
  );
  control(
    'act',
    z.strictObject({ ...who, act: actSchema, sentAt: z.number().int().optional() }),
    ({ account, buyer, act, sentAt }) =>
      performAndTell(truth, outbox, mediaUrl(), buyerOf(account, buyer), act, sentAt ?? clock.now()),
  );
  control('unavailable', z.strictObject({ ...who, unavailable: z.boolean() }), ({ account, buyer, unavailable }) => {
    buyerOf(account, buyer).unavailable = unavailable;
  });
  control('window-of', z.strictObject(who), ({ account, buyer }) => windowFrom(buyerOf(account, buyer).openings));
  control('delivered', filterSchema, (filter) =>
    truth.delivered.filter(
      ({ account, buyer }) => (filter.account ?? account) === account && (filter.buyer ?? buyer) === buyer,
    ),
  );
  control('public-replies', filterSchema, (filter) =>
    [...truth.comments.values()]
      .filter(({ buyer, account }) => buyer === null && (filter.account ?? account.nativeId) === account.nativeId)
      .map(({ id, account, parentId, text, at }) => ({ commentId: id, account: account.nativeId, parentId, text, at })),
  );

  control('hold-webhooks', nothing, () => outbox.hold());
  control(
    'release-webhooks',
    z.strictObject({ batch: z.number().int().min(1).max(maxBatch).optional() }),
    ({ batch }) => outbox.release(batch ?? maxBatch),
  );
  control('webhook-log', nothing, () => outbox.log);
  control('settled', nothing, async () => {
    const settled = () => outbox.isSettled() && stage.isSettled();
    for (let waited = 0; waited < 100 && !settled(); waited += 1) await wait(5);
    return settled();
  });
  control(
    'deliver-raw',
    z.strictObject({ path: z.string().min(1), body: z.string(), signature: z.enum(['right', 'wrong', 'none']) }),
    ({ path, body, signature }) => {
      if (!outbox.hasTarget()) throw new Error('There is no target yet: call setTarget(relayUrl) first.');
      return outbox.deliverRaw(path, body, signature);
    },
  );

  control('fault', faultSchema, (fault) => faults.add(fault));
  control('clear-faults', nothing, () => faults.clear());
  control('advance-clock', z.strictObject({ ms: z.number().int() }), ({ ms }) => clock.advance(ms));
  control('now', nothing, () => clock.now());

  control(
    'load-world',
    z.strictObject({ name: z.enum(worldNames), afterSubscribing: z.boolean().optional() }),
    async ({ name, afterSubscribing }) =>
      (await stage.load(worlds[name], name, afterSubscribing ?? false)).map(publicAccount),
  );
  control('play-world', z.strictObject({ speed: z.number().positive().optional() }), ({ speed }) =>
    stage.play(speed ?? 1),
  );
  control('stop', nothing, () => stage.stop());

  function accountOf(nativeId: string): Account {
    const account = truth.accounts.get(nativeId);
    if (account === undefined) throw new Error(`There is no account ${nativeId}.`);
    return account;
  }
  function buyerOf(account: string, id: string) {
    const buyer = truth.buyers.get(id);
    if (buyer?.account !== accountOf(account)) throw new Error(`There is no buyer ${id} on account ${account}.`);
    return buyer;
  }
}

/** An account as tests and demos see it. `token` is the newest one. */
export type PublicAccount = ReturnType<typeof publicAccount>;
function publicAccount({
  channel,
  nativeId,
  appScopedId,
  tokens,
  name,
  username,
  humanAgentApproved,
  subscribedFields,
}: Account) {
  return {
    channel,
    nativeId,
    appScopedId,
    token: tokens[0]?.value ?? '',
    name,
    username,
    humanAgentApproved,
    subscribedFields,
  };
}

const userNameOf = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '.')
    .replace(/^\.|\.$/g, '');
