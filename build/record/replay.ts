import { chmodSync, copyFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../root.ts';
import type { Running } from '../stack/process.ts';
import { loadDatabase } from './load.ts';
import { placesOf } from './places.ts';
import { type Recording } from './read.ts';
import { openStage, type Stage } from './stage.ts';

/** A stage with the recorded database and its key; the simulator has the same people and the same time. */
export async function openRecordedStage(version: number, { endedAt }: Recording): Promise<Stage> {
  const stage = await openStage();
  const { relayDatabase, masterKey } = placesOf(version);
  loadDatabase(join(root, relayDatabase), stage.databasePath);
  copyFileSync(join(root, masterKey), stage.masterKeyPath);
  chmodSync(stage.masterKeyPath, 0o600);
  await stage.simulator.advanceClock(endedAt - (await stage.simulator.now()));
  return stage;
}

/** More messages than the recording has on each channel. */
const usedIds = 200;

/** The simulator counts its message ids from one. This uses up those of the recording, with webhooks to a server that ignores them. */
async function useUpIds({ simulator, cast }: Stage): Promise<void> {
  const nobody = createServer((_request, response) => void response.end());
  await new Promise<void>((resolve) => void nobody.listen(0, '127.0.0.1', resolve));
  await simulator.setTarget(`http://127.0.0.1:${(nobody.address() as AddressInfo).port}`, { concurrency: 8 });
  for (const buyer of [cast.buyers.maya, cast.buyers.jonas])
    for (let number = 0; number < usedIds; number += 1)
      await simulator.writes({ account: buyer.account, buyer, text: 'Written before.' });
  await simulator.settled();
  nobody.closeAllConnections();
  nobody.close();
}

/** The present relay on it, at the moment when the recording ended. */
export async function serveRecorded(stage: Stage, { endedAt }: Recording): Promise<Running<{ url: string }>> {
  await useUpIds(stage);
  const clock = pathToFileURL(join(root, 'build/record/recorded-time.ts'));
  return stage.serve(['--import', `${clock.href}?at=${endedAt}`]);
}
