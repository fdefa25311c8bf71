import { expect, test } from 'vitest';
import { baseAt, sampleMessage } from '../test/samples.ts';
import { tempStore } from '../test/temp-folder.ts';

test('copies its log home once that is worth it', () => {
  const store = tempStore();
  const log = () =>
    store.db.prepare<[], { log: number; checkpointed: number }>('PRAGMA main.wal_checkpoint(NOOP)').get();
  store.copyHome();
  expect(log()!.checkpointed).toBe(0);
  store.inOneCommit(() => {
    for (let n = 0; n < 400; n += 1)
      store.messages.put(sampleMessage(`m${n}`, 'c1', { text: 'x'.repeat(2_000), sentAt: baseAt + n }));
  });
  expect(log()!.log).toBeGreaterThan(250);
  store.copyHome();
  expect(log()!.checkpointed).toBe(log()!.log);
});
