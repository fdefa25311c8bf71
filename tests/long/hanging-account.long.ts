import { newId } from '@transom/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../../build/stack/stack.ts';
import { until } from '../../build/stack/until.ts';
import { callApi } from '../relay-from-outside.ts';
import { printFigures, shareOf } from './figures.ts';
import { addAgency, pair } from './relay-under-load.ts';

/** Meta hangs for one account with 80 replies waiting. Replies of another account, and of another agency, leave within 100 ms. */
const waiting = 80;
const rounds = 40;
let stack: Stack;
let token: string;

beforeAll(async () => {
  stack = await startStack();
  token = await pair(stack, stack.ownerCode);
}, 120_000);
afterAll(() => stack?.close());

test('a hanging account holds up neither another account nor another agency', async () => {
  const [hanging, same] = stack.accounts;
  const { account: other, token: otherToken } = await addAgency(stack, 'Fjord Spa');

  const stuck = await Promise.all(
    Array.from({ length: waiting }, (_, n) => stack.simulator.buyer({ account: hanging!, name: `Stuck ${n}` })),
  );
  for (const buyer of stuck) await stack.simulator.writes({ account: hanging!, buyer, text: 'Hello?' });
  const near = await stack.simulator.buyer({ account: same!, name: 'Near' });
  const far = await stack.simulator.buyer({ account: other, name: 'Far' });
  await stack.simulator.writes({ account: same!, buyer: near, text: 'Hello?' });
  await stack.simulator.writes({ account: other, buyer: far, text: 'Hello?' });
  await until('all have arrived', async () => ((await conversations(token)).length === waiting + 1 ? true : undefined));
  await until('the other has arrived', async () => ((await conversations(otherToken)).length === 1 ? true : undefined));

  const nearId = await until(
    'the name of the one nearby is known',
    async () => (await conversations(token)).find(({ contact }) => contact.name === 'Near')?.id,
  );
  await stack.simulator.fault({ kind: 'slow_answer', account: hanging!, delayMs: 600_000, calls: 'all' });
  for (const { id } of await conversations(token)) if (id !== nearId) await reply(token, id, 'Coming');
  const ms = { near: [] as number[], far: [] as number[] };
  const [farConversation] = await conversations(otherToken);
  for (let round = 0; round < rounds; round += 1) {
    ms.near.push(await untilDelivered(token, nearId, near));
    ms.far.push(await untilDelivered(otherToken, farConversation?.id ?? '', far));
  }
  // The slowest of forty is a stall of the machine as likely as not.
  const [near95, far95] = [shareOf(ms.near, 0.95), shareOf(ms.far, 0.95)];
  printFigures('a hanging account', { nearP50: shareOf(ms.near, 0.5), near95, farP50: shareOf(ms.far, 0.5), far95 });
  expect(Math.max(near95, far95)).toBeLessThan(100);
}, 300_000);

type Item = { id: string; contact: { name: string | null } };
async function conversations(by: string): Promise<Item[]> {
  return (await callApi<{ items: Item[] }>(stack, 'GET', '/api/conversations?limit=200', { token: by })).body.items;
}

async function reply(by: string, conversationId: string, text: string): Promise<void> {
  const json = { conversationId, clientMessageId: newId(), text };
  await until('it is accepted', async () =>
    (await callApi(stack, 'POST', '/api/messages', { token: by, json })).status === 202 ? true : undefined,
  );
}

/** From the request until Meta has it, in ms; both clocks are this machine's. */
async function untilDelivered(by: string, conversationId: string, buyer: { id: string }): Promise<number> {
  const text = newId();
  const askedAt = Date.now();
  await reply(by, conversationId, text);
  const delivered = await until('it has left', async () =>
    (await stack.simulator.delivered({ buyer })).find((one) => one.text === text),
  );
  return delivered.at - askedAt;
}
