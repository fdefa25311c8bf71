import { uptime } from 'node:os';

/**
 * Notices that the computer slept, because not every host is told: a browser's is not, nor is Electron on a Linux without logind. The
 * system's uptime continues during sleep, while timers and monotonic clocks stop on Linux and macOS: their difference is how long the
 * computer slept, and a countdown would be that much too long. On Windows both continue, so there a check that comes much too late
 * shows that it slept. The wall clock proves nothing, because people and time servers set it.
 */
const lookEveryMs = 1_000;
/** macOS reports its uptime in whole seconds. */
const stoodStillMs = 1_500;
const lateMs = 15_000;

/** `hasSlept` false: the clocks continued meanwhile, so only the connection needs a check. */
export function watchSleep(
  onWake: (hasSlept: boolean) => void,
  uptimeMs: () => number = () => uptime() * 1_000,
  monotonicMs: () => number = () => performance.now(),
): () => void {
  let apartMs = uptimeMs() - monotonicMs();
  let lastLookAt = uptimeMs();
  const timer = setInterval(() => {
    const now = uptimeMs();
    const isLate = now - lastLookAt - lookEveryMs > lateMs;
    lastLookAt = now;
    const stoodStill = now - monotonicMs() - apartMs;
    if (stoodStill > stoodStillMs || stoodStill < 0) apartMs += stoodStill;
    if (stoodStill > stoodStillMs) onWake(true);
    else if (isLate) onWake(false);
  }, lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}
