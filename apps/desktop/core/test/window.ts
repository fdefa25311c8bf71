import { onTestFinished } from 'vitest';
import { memorySecrets, testCore } from './plain-core.ts';
import { tempFolder } from './temp-folder.ts';

/** A core with a window on it, closed at the end of the test. */
export async function testDesk(dataDir = tempFolder(), secrets = memorySecrets()) {
  const desk = await testCore(dataDir, secrets);
  onTestFinished(() => desk.core.close().catch(() => undefined));
  return desk;
}
