import { onTestFinished } from 'vitest';
import { type DeskClocks, memorySecrets, testCore } from './plain-core.ts';
import { tempFolder } from './temp-folder.ts';

/** A core with one window, closed at the end of the test. */
export async function testDesk(dataDir = tempFolder(), secrets = memorySecrets(), more: DeskClocks = {}) {
  const desk = await testCore(dataDir, secrets, more);
  onTestFinished(() => desk.core.close().catch(() => undefined));
  return desk;
}
