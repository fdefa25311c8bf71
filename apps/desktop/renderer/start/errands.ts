import type { CoreClient } from '../core-client.ts';
import type { DeskStores, HostActions } from '../desk.ts';
import { sentence } from '../text/sentence.ts';
import { text, type Words } from '../text/spoken.ts';
import { openHere } from './open-here.ts';

/** Asks the host to do something outside of this window, and reports when it could not. */
export function createErrands(client: CoreClient, { view }: Pick<DeskStores, 'view'>): HostActions {
  const say = (words: Words) => view.getState().say({ words });
  return {
    openExternal: async (url) => {
      const outcome = await client.call('host.openExternal', { url }).catch(() => null);
      if (outcome === null) say(() => text.notice.notReached);
      else if (!outcome.ok) say(() => sentence(outcome.refusal));
      else if (outcome.openHere !== null) openHere(document, outcome.openHere);
    },
    testNotification: async () => {
      const outcome = await client.call('host.testNotification', {}).catch(() => null);
      if (outcome === null) say(() => text.notice.notReached);
      else say(() => (outcome.ok ? text.lamp.tested : sentence(outcome.refusal)));
    },
  };
}
