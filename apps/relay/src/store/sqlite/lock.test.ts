import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openRelayRoom } from '../../testing/relay-room.ts';
import { lockDatabase, lockForServing, lockWriting } from './lock.ts';

const holder = `
  const { lockForServing } = await import(${JSON.stringify(new URL('./lock.ts', import.meta.url).href)});
  await lockForServing(process.argv[1]);
  console.log('locked');
  setInterval(() => {}, 1_000);
`;

async function holdElsewhere(path: string) {
  const other = spawn(process.execPath, ['--input-type=module', '--eval', holder, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Even if the test fails: nothing else ends it.
  onTestFinished(() => void other.kill('SIGKILL'));
  await once(other.stdout, 'data');
  return {
    async kill(): Promise<void> {
      other.kill('SIGKILL');
      await once(other, 'exit');
    },
  };
}

it('lets only one relay serve a database, until that process is gone, however it ended', async () => {
  await using room = await openRelayRoom();
  const other = await holdElsewhere(room.databasePath);
  await expect(lockForServing(room.databasePath)).rejects.toMatchObject({ reason: 'served' });
  // The operator's command does not serve: it works beside the relay.
  expect(await room.store.write((tx) => tx.run(`insert into probes (name, at) values ('operator', 1)`))).toBe(1);
  await other.kill();
  const unlock = await lockForServing(room.databasePath);
  await expect(lockForServing(room.databasePath)).rejects.toMatchObject({ reason: 'served' });
  unlock();
  (await lockForServing(room.databasePath))();
});

it('recognizes the database by every name that it has', async () => {
  await using room = await openRelayRoom();
  const { databasePath, folder } = room;
  mkdirSync(join(folder, 'elsewhere'));
  const symbolic = join(folder, 'elsewhere', 'symbolic.db');
  const folderLink = join(folder, 'folder');
  symlinkSync(databasePath, symbolic);
  symlinkSync(folder, folderLink);
  const other = await holdElsewhere(databasePath);
  await expect(lockForServing(symbolic)).rejects.toMatchObject({ reason: 'served' });
  await expect(lockForServing(join(folderLink, 'transom.db'))).rejects.toMatchObject({ reason: 'served' });
  if (process.platform === 'linux') {
    const hard = join(folder, 'elsewhere', 'hard.db');
    linkSync(databasePath, hard);
    await expect(lockForServing(hard)).rejects.toMatchObject({ reason: 'served' });
    rmSync(`${databasePath}.lock`);
    await expect(lockForServing(databasePath)).rejects.toMatchObject({ reason: 'served' });
  }
  await other.kill();
  (await lockForServing(symbolic))();
});

it('does not blame another relay if the lock file itself is the trouble', async () => {
  await using room = await openRelayRoom();
  const path = join(room.folder, 'other.db');
  writeFileSync(`${path}.lock`, 'this is no database, and long enough to look like something else'.repeat(20));
  await expect(lockForServing(path)).rejects.toThrow(/not a database/);
  (await lockDatabase(join(room.folder, 'new folder', 'x.db')))();
});

it('lets only one process write a file, even after the same one has asked for it again', async () => {
  await using room = await openRelayRoom();
  const path = join(room.folder, 'copy.db');
  const asking = `
    const { lockWriting } = await import(${JSON.stringify(new URL('./lock.ts', import.meta.url).href)});
    process.exitCode = lockWriting(process.argv[1]) === null ? 7 : 0;
  `;
  const askElsewhere = () => spawnSync(process.execPath, ['--input-type=module', '--eval', asking, path]).status;
  const unlock = lockWriting(path);
  expect(lockWriting(path)).toBeNull();
  expect(askElsewhere()).toBe(7);
  unlock?.();
  expect(askElsewhere()).toBe(0);
});
