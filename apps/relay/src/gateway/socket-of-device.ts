import { minuteMs } from '@transom/shared';
import type { DeskSocket } from './serve-desk.ts';

/** A desk that wakes, changes its network or loses its connection replaces its socket now and then, but not more often than this. */
const maxReplacedPerMinute = 10;

/**
 * One socket per device, the newest. A second one would only cost twice as much. If a desk were copied to a second computer, the two would
 * replace each other forever: after some replacements within a minute, new ones are refused and the present one stays.
 */
export class SocketOfDevice {
  readonly #now: () => number;
  readonly #present = new Map<string, DeskSocket>();
  readonly #replacedAt = new Map<string, number[]>();

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get count(): number {
    return this.#present.size;
  }

  flapsTooMuch(deviceId: string): boolean {
    const recent = (this.#replacedAt.get(deviceId) ?? []).filter((at) => this.#now() - at < minuteMs);
    if (recent.length === 0) this.#replacedAt.delete(deviceId);
    else this.#replacedAt.set(deviceId, recent);
    return recent.length >= maxReplacedPerMinute && this.#present.has(deviceId);
  }

  take(deviceId: string, socket: DeskSocket): void {
    const older = this.#present.get(deviceId);
    this.#present.set(deviceId, socket);
    socket.on('disconnect', () => {
      if (this.#present.get(deviceId) === socket) this.#present.delete(deviceId);
    });
    if (older === undefined) return;
    this.#replacedAt.set(deviceId, [...(this.#replacedAt.get(deviceId) ?? []), this.#now()]);
    older.emit('replaced');
    older.disconnect(true);
  }
}
