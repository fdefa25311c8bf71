import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openRelayRoom } from '../../testing/relay-room.ts';
import { AlreadyServedError, lockForServing } from './lock.ts';

const holder = `
  const { lockForServing } = await import(${JSON.stringify(new URL('./lock.ts', import.meta.url).href)});
  lockForServing(process.argv[1]);
  console.log('locked');
  setInterval(() => {}, 1_000);
`;

it('lets one relay serve a database, until that process is gone, however it ended', async () => {
  await using room = await openRelayRoom();
  const other = spawn(process.execPath, ['--input-type=module', '--eval', holder, room.databasePath], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(other.stdout, 'data');
  expect(() => lockForServing(room.databasePath)).toThrow(AlreadyServedError);
  // The operator's command does not serve: it works beside the relay.
  expect(await room.store.write((tx) => tx.run(`insert into probes (name, at) values ('operator', 1)`))).toBe(1);
  other.kill('SIGKILL');
  await once(other, 'exit');
  const unlock = lockForServing(room.databasePath);
  expect(() => lockForServing(room.databasePath)).toThrow(AlreadyServedError);
  unlock();
  lockForServing(room.databasePath)();
});

it('does not speak of another relay where the lock file itself is the trouble', async () => {
  await using room = await openRelayRoom();
  const path = join(room.folder, 'other.db');
  writeFileSync(`${path}.lock`, 'this is no database, and long enough to look like something else'.repeat(20));
  expect(() => lockForServing(path)).toThrow(/not a database/);
  expect(() => lockForServing(join(room.folder, 'new folder', 'x.db'))()).not.toThrow();
});
