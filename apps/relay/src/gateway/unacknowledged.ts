import { secondMs } from '@transom/shared';

/** How many pages in a row a device may leave unacknowledged, because connections break. After that it waits for the next one. */
const forgiven = 3;
const firstPauseMs = 2 * secondMs;
const maxPauseMs = 30 * secondMs;
/** Devices remembered; the oldest are forgotten first. */
const maxDevices = 10_000;

/** Devices that take pages and do not acknowledge them, connection after connection: each of their pages is wasted work. */
export class Unacknowledged {
  readonly #pages = new Map<string, number>();

  /** How long the device waits before it gets a page. */
  pauseMs(deviceId: string): number {
    const beyond = (this.#pages.get(deviceId) ?? 0) - forgiven;
    return beyond < 0 ? 0 : Math.min(maxPauseMs, firstPauseMs * 2 ** beyond);
  }

  noteSent(deviceId: string): void {
    const pages = (this.#pages.get(deviceId) ?? 0) + 1;
    this.#pages.delete(deviceId);
    this.#pages.set(deviceId, pages);
    const [oldest] = this.#pages.keys();
    if (this.#pages.size > maxDevices && oldest !== undefined) this.#pages.delete(oldest);
  }

  noteAcknowledged(deviceId: string): void {
    this.#pages.delete(deviceId);
  }
}
