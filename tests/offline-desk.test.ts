import { newId } from '@transom/shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectDesk, type DeskClient } from '../build/stack/desk-client.ts';
import { type Stack, startStack } from '../build/stack/stack.ts';
import { until } from '../build/stack/until.ts';

/** The relay is gone: the desk reads, searches and queues. Once it is back, what was queued is checked again and sent once. */
let stack: Stack;
let desk: DeskClient;
let dataDir: string;
const dayMs = 86_400_000;

beforeAll(async () => {
  stack = await startStack();
  dataDir = `${stack.dir}/desk`;
  desk = await openDesk(stack.ownerCode);
});
afterAll(async () => {
  desk?.close();
  await stack?.close();
});

test('without the relay the desk opens, reads, searches and queues; once it is back, a reply is sent once', async () => {
  const account = stack.accounts[0]!;
  const lively = await stack.simulator.buyer({ account, name: 'Ines Duarte', username: 'ines.duarte' });
  const late = await stack.simulator.buyer({ account, name: 'Tom Reed', username: 'tom.reed' });
  await stack.simulator.writes({ account, buyer: lively, text: 'Does the cedar cabin fit on a balcony?' });
  // His window closes in a few seconds: while the relay is away.
  const closesAt = Date.now() + 6_000;
  await stack.simulator.writes({ account, buyer: late, text: 'Any hot tubs in stock?', sentAt: closesAt - dayMs });
  const livelyId = await conversationOf('Ines Duarte');
  const lateId = await conversationOf('Tom Reed');

  await stack.stopRelay('stop');
  await until(
    'the desk knows',
    async () => (await desk.call('session.get', {})).connection.relay === 'offline' || undefined,
  );

  const { messages } = await desk.call('thread.read', { conversationId: livelyId, before: null, limit: 20 });
  expect(messages.map(({ text }) => text)).toEqual(['Does the cedar cabin fit on a balcony?']);
  const { hits } = await desk.call('search.find', { text: 'ceda', limit: 10 });
  expect(hits.map(({ conversationId }) => conversationId)).toEqual([livelyId]);

  const inTime = { conversationId: livelyId, clientMessageId: newId(), text: 'It does: 120 by 90 cm.' };
  const tooLate = { conversationId: lateId, clientMessageId: newId(), text: 'Two, here today.' };
  expect(await desk.call('reply.send', inTime)).toEqual({ ok: true });
  expect(await desk.call('reply.send', tooLate)).toEqual({ ok: true });
  expect((await desk.call('outbox.list', {})).items.map(({ state }) => state)).toEqual(['queued', 'queued']);

  await until('the window is over', async () => Date.now() > closesAt || undefined);
  await stack.startRelay();
  await until(
    'the reply arrived',
    async () => (await stack.simulator.delivered({ buyer: lively })).length > 0 || undefined,
    40_000,
  );
  const held = await until('the late one is held', async () => {
    const { items } = await desk.call('outbox.list', {});
    return items.length === 1 && items[0]?.state === 'held' ? items[0] : undefined;
  });
  expect(held).toMatchObject({
    clientMessageId: tooLate.clientMessageId,
    text: tooLate.text,
    refusal: { code: 'window_closed' },
  });
  await stack.simulator.settled();
  expect((await stack.simulator.delivered()).map(({ text }) => text)).toEqual([inTime.text]);
});

test('a desk that is started while the relay is away shows what it had, and keeps its outbox', async () => {
  await stack.stopRelay('kill');
  const restarted = await stack.startDesk({ dataDir });
  const other = await connectDesk(restarted.ready.url);
  const { rows } = await other.call('inbox.list', { lane: 'waiting', after: null, limit: 10 });
  expect(rows.map(({ contact }) => contact.name)).toEqual(['Ines Duarte']);
  expect((await other.call('outbox.list', {})).items).toMatchObject([{ text: 'Two, here today.', state: 'held' }]);
  other.close();
  await restarted.stop();
  await stack.startRelay();
});

async function openDesk(code: string): Promise<DeskClient> {
  const host = await stack.startDesk({ code, dataDir });
  return connectDesk(host.ready.url);
}

function conversationOf(name: string): Promise<string> {
  return until(`${name} is in the inbox`, async () => {
    const lanes = await Promise.all(
      (['closing', 'answer'] as const).map((lane) => desk.call('inbox.list', { lane, after: null, limit: 50 })),
    );
    return lanes.flatMap(({ rows }) => rows).find(({ contact }) => contact.name === name)?.id;
  });
}
