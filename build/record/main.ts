import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../root.ts';
import { connectDesk } from '../stack/desk-client.ts';
import { until } from '../stack/until.ts';
import { eavesdrop } from './eavesdrop.ts';
import { placesOf } from './places.ts';
import { takePlace } from './played.ts';
import { playAnswers } from './scene-answers.ts';
import { playArrivals } from './scene-arrivals.ts';
import { playAway } from './scene-away.ts';
import { playBefore } from './scene-before.ts';
import { lookAtTheEnd, playColleagues } from './scene-colleagues.ts';
import { playScripts } from './scene-scripts.ts';
import { openStage } from './stage.ts';
import { writeRecording } from './write.ts';

/**
 * `npm run record -- --version N`: plays a full set of scenes against the relay and the desk of this checkout, and records what they said
 * and stored. packages/shared/src/recorded/README.md says when and why. A recorded version is never recorded again.
 */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function record(version: number): Promise<void> {
  const stage = await openStage();
  try {
    const { agencyId, ownerCode } = await stage.operate<{ agencyId: string; ownerCode: string }>(
      ...['setup', '--agency', 'Nordic Saunas', '--plan', 'plus'],
    );
    for (const account of [stage.cast.sauna, stage.cast.page, stage.cast.alder, stage.cast.fjord])
      await stage.addAccount(agencyId, account);
    stage.grantHumanAgent(stage.cast.alder);
    const relay = await stage.serve();
    const line = await eavesdrop(relay.ready.url);
    try {
      say('record: buyers write…');
      await playBefore(stage.simulator, stage.cast);
      const dataDir = `${stage.dir}/desk`;
      const desk = await stage.startDesk(dataDir, line.urlFor('dana'), ownerCode);
      const dana = await connectDesk(desk.ready.url);
      const played = await takePlace(stage, line, dana, agencyId);
      await until('the desk has everything', async () => played.conversations().length >= 13 || undefined);
      say('record: arrivals…');
      await playArrivals(played);
      say('record: answers…');
      await playAnswers(played);
      say('record: colleagues…');
      const { arneToken } = await playColleagues(played);
      say('record: scripts…');
      await playScripts(played);
      say('record: away…');
      await playAway(played);
      dana.close();
      await desk.stop();
      line.mend();
      await lookAtTheEnd(played, arneToken);
      await relay.stop();
      await writeRecording(version, { stage, line, deskDir: dataDir });
      say('record: written. Read it through before you commit it.');
    } catch (error) {
      say(relay.log());
      throw error;
    } finally {
      line.close();
    }
  } finally {
    await stage.close();
  }
}

const { values } = parseArgs({ options: { version: { type: 'string' } } });
const version = Number(values.version);
if (!Number.isInteger(version) || version < 1) {
  say('Say which version this is: npm run record -- --version 1');
  process.exitCode = 2;
} else if (existsSync(join(root, placesOf(version).conversation))) {
  say(`Version ${version} is recorded already. A recorded version stays as it is.`);
  process.exitCode = 1;
} else await record(version);
