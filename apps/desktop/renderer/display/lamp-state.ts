import type { Session } from '../../contract/views.ts';
import type { text } from '../text/spoken.ts';

export type LampState = keyof typeof text.lamp.state;
/** `fine` only while nothing waits for a person and what arrives is shown immediately. */
type LampTone = 'fine' | 'delayed' | 'offline' | 'needs_you';

type Known = Pick<Session, 'accounts' | 'connection' | 'trouble'>;

/** What the lamp shows. `hasHeld`: a message from this desk was refused and waits for a person. */
export function lampOf(
  session: Known | null,
  isLinked: boolean,
  hasHeld: boolean,
): { readonly state: LampState; readonly tone: LampTone } {
  const relay: LampState = isLinked ? (session?.connection.relay ?? 'connecting') : 'unlinked';
  const tone = toneOf(relay, hasHeld || (session !== null && isBroken(session)));
  return { state: tone === 'needs_you' && relay === 'live' ? 'needs_you' : relay, tone };
}

/** What the lamp says about the relay itself, which is not at fault when something else needs a person. */
export const relayOf = (state: LampState): LampState => (state === 'needs_you' ? 'live' : state);

function isBroken({ accounts, trouble }: Known): boolean {
  return trouble !== null || accounts.some((account) => account.state !== 'connected' || account.trouble !== null);
}

function toneOf(relay: LampState, needsPerson: boolean): LampTone {
  if (relay === 'refused' || relay === 'unpaired') return 'needs_you';
  if (relay === 'offline' || relay === 'unlinked') return 'offline';
  if (needsPerson) return 'needs_you';
  return relay === 'live' ? 'fine' : 'delayed';
}
