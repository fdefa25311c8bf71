import { expect, vi } from 'vitest';
import { type DeskClocks, memorySecrets } from './plain-core.ts';
import { sampleAccount, sampleConversation, sampleMessage } from './samples.ts';
import { standInRelay } from './stand-in-relay.ts';
import { tempFolder } from './temp-folder.ts';
import { testDesk } from './window.ts';

/** For work that runs beside the test. */
export const soon = { timeout: 15_000, interval: 20 };

/** A desk with one conversation that follows its relay. */
export async function liveDesk(dataDir = tempFolder(), secrets = memorySecrets(), more: DeskClocks = {}) {
  const relay = await standInRelay();
  relay.put(
    { entity: 'account', id: 'account-1', document: sampleAccount('account-1') },
    { entity: 'conversation', id: 'c1', document: sampleConversation('c1') },
    { entity: 'message', id: 'm1', document: sampleMessage('m1', 'c1') },
  );
  const desk = await testDesk(dataDir, secrets, more);
  await desk.call('session.pair', { relayUrl: relay.url, code: 'GOOD-CODE', name: 'Front desk' });
  await isLive(desk);
  return { relay, desk, dataDir, secrets };
}

export async function isLive(desk: Awaited<ReturnType<typeof testDesk>>): Promise<void> {
  await vi.waitFor(async () => expect((await desk.call('session.get', {})).connection.relay).toBe('live'), soon);
}
