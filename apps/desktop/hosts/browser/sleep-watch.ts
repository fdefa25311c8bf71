import { uptime } from 'node:os';

/**
 * Notices that the computer slept; without Electron no event says so. The system's uptime continues during sleep, while timers and
 * monotonic clocks stop on Linux and macOS: if the uptime shows that a check came much too late, the computer slept in between. The
 * wall clock proves nothing, because people and time servers set it.
 */
const lookEveryMs = 5_000;
const sleptForMs = 15_000;

export function watchSleep(onWake: () => void, uptimeMs: () => number = () => uptime() * 1_000): () => void {
  let lastLookAt = uptimeMs();
  const timer = setInterval(() => {
    const now = uptimeMs();
    const lateByMs = now - lastLookAt - lookEveryMs;
    lastLookAt = now;
    if (lateByMs > sleptForMs) onWake();
  }, lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}
