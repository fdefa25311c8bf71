import { shell } from 'electron';
import { decideExternal } from '../../core/external-links.ts';

/** The last step before the operating system: no matter who asks, only web, mail and phone links leave, rebuilt from their parts. */
export async function openOutside(url: string): Promise<void> {
  const decision = decideExternal(url);
  if (decision.ok) await shell.openExternal(decision.url);
}
