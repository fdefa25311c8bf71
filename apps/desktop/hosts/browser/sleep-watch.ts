import { uptime } from 'node:os';

/**
 * Notices that the computer slept, which no event tells a process without Electron. The system's uptime goes on during sleep, while
 * timers and monotonic clocks stand still on Linux and macOS: a look that comes much later by the uptime than it was meant to had a
 * sleep before it. The wall clock is no witness, because people and time servers set it.
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
