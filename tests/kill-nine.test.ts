import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../build/stack/stack.ts';
import { until } from '../build/stack/until.ts';
import { askDatabase, deliver, messagesTo } from './relay-from-outside.ts';

/**
 * The relay is killed in the middle of a burst, several times. Every webhook that was answered with 200 is there afterwards, exactly once.
 * The senders themselves count what was acknowledged; Meta's retries play no part.
 */
const kills = 5;
const senders = 16;
let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.close());

test('what was answered with 200 survives kill -9, exactly once', async () => {
  const acknowledged = new Set<string>();
  let number = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    let alive = true;
    const before = acknowledged.size;
    const burst = Array.from({ length: senders }, async () => {
      while (alive) {
        number += 1;
        const mid = `mid.${number}`;
        const sender = `17990000000${String(number % 40).padStart(5, '0')}`;
        const body = messagesTo(stack.accounts[0]!, { mid, sender, text: `Price of ${mid}?` });
        if ((await deliver(stack, 'instagram', body)) === 200) acknowledged.add(mid);
      }
    });
    await until('the burst is under way', async () => acknowledged.size > before + 100 + 60 * kill || undefined);
    await stack.stopRelay('kill');
    alive = false;
    await Promise.all(burst);
    await stack.startRelay();
  }
  await until(
    'everything is normalized',
    async () => count("select count(*) from deliveries where state = 'pending'") === 0 || undefined,
  );

  const stored = rows<{ native_message_id: string }>('select native_message_id from messages').map(
    (row) => row.native_message_id,
  );
  const twice = stored.length - new Set(stored).size;
  const lost = [...acknowledged].filter((mid) => !stored.includes(mid));
  expect({ lost, twice }).toEqual({ lost: [], twice: 0 });
  expect(acknowledged.size).toBeGreaterThan(kills * 100);
  expect(count("select count(*) from deliveries where state = 'failed'")).toBe(0);
  expect(feedHoles()).toEqual([]);
  expect(rows('pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
});

/** Numbers missing in the change feed: desks follow it without holes. */
function feedHoles(): number[] {
  const seqs = rows<{ seq: number }>('select seq from changes order by seq').map(({ seq }) => seq);
  return seqs.filter((seq, index) => seq !== (seqs[0] ?? 1) + index);
}

function count(sql: string): number {
  return Number(Object.values(rows<Record<string, number>>(sql)[0] ?? { none: -1 })[0]);
}
function rows<Row>(sql: string): Row[] {
  return askDatabase(stack, sql);
}
