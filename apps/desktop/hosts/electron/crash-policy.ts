/**
 * What happens when a process dies. The core is restarted once automatically, after a second; if it dies again within a
 * quarter of an hour, a person is asked. The page is reloaded once silently; if it dies again within the cooldown, a
 * person is asked. Ends that we asked for are not crashes.
 */
export const coreRestartDelayMs = 1_000;
const coreCooldownMs = 15 * 60_000;
const pageCooldownMs = 30_000;

export type CrashDecision = 'ignore' | 'restart' | 'ask';

/** `lastRestartAt` is null while nothing was restarted yet; times are in ms of one clock. */
export function decideCoreExit(isClosing: boolean, lastRestartAt: number | null, now: number): CrashDecision {
  if (isClosing) return 'ignore';
  return lastRestartAt === null || now - lastRestartAt >= coreCooldownMs ? 'restart' : 'ask';
}

export function decidePageGone(reason: string, lastReloadAt: number | null, now: number): CrashDecision {
  if (reason === 'clean-exit') return 'ignore';
  return lastReloadAt === null || now - lastReloadAt >= pageCooldownMs ? 'restart' : 'ask';
}
