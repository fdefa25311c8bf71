import { mkdirSync, rmdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createLogger } from '../log.ts';
import { noon } from '../testing/events.ts';
import { openRelayRoom } from '../testing/relay-room.ts';
import { remember } from './forgotten.ts';
import { forgottenPathOf, readForgotten } from './forgotten-file.ts';
import { keepCopying } from './keep-copying.ts';

it('says once that its file cannot be written, and continues when it can', async () => {
  await using room = await openRelayRoom();
  const { agency } = await room.addAgency();
  await agency.write((tx) => remember(tx, { kind: 'unsent', subject: 'account m1', target: null, at: noon }));
  const path = forgottenPathOf(room.database);
  mkdirSync(path);
  const lines: string[] = [];
  const log = createLogger('warn', { write: (line: string) => void lines.push(line) });
  let attempts = 0;
  const clock = () => {
    attempts += 1;
    return noon;
  };
  const stop = keepCopying({ store: room.store, path, clock, log });
  await expect.poll(() => attempts).toBeGreaterThan(2);
  expect(lines).toHaveLength(1);
  rmdirSync(path);
  await stop();
  expect(readForgotten(path)).toHaveLength(1);
  expect(lines).toHaveLength(2);
});
