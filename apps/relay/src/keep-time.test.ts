import { hourMs } from '@transom/shared';
import Database from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { RelayClock } from './clock.ts';
import { keepTime } from './keep-time.ts';
import { createLogger } from './log.ts';
import { openRelayRoom } from './testing/relay-room.ts';

it('shifts waits even if the database takes no writes at the moment of the jump', async () => {
  await using room = await openRelayRoom();
  const agencies = [await room.addAgency(), await room.addAgency({ nativeId: '2' })];
  let aheadMs = 20 * hourMs;
  const clock = new RelayClock({ wall: () => Date.now() + aheadMs, monotonic: () => performance.now() });
  const logged: string[] = [];
  const log = createLogger('error', { write: (line: string) => void logged.push(line) });
  const stop = await keepTime({ store: room.store, clock, log, onStep: () => undefined });
  onTestFinished(stop);
  const until = clock.now() + hourMs;
  for (const { agency } of agencies)
    await agency.write((tx) =>
      tx.run(`update accounts set paused_until = :until where agency_id = :agency`, { until }),
    );
  const other = new Database(room.databasePath);
  // The second agency's waits cannot be shifted for now.
  other.exec(`create trigger full before update on accounts when old.agency_id = '${agencies[1]!.id}'
    begin select raise(abort, 'full'); end`);
  aheadMs = 0;
  await expect.poll(() => logged.join(), { timeout: 10_000 }).toContain('the clock could not be followed');
  other.exec('drop trigger full');
  other.close();
  for (const agency of agencies) {
    const pausedUntil = async () =>
      (await agency.rows<{ at: number }>(`select paused_until as at from accounts where agency_id = :agency`))[0]!.at;
    await expect.poll(pausedUntil, { timeout: 10_000 }).toBeLessThan(Date.now() + 2 * hourMs);
    // Shifted once, not once per try.
    expect(await pausedUntil()).toBeGreaterThan(Date.now() + hourMs / 2);
  }
}, 30_000);
