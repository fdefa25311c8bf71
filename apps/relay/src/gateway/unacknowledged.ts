import { secondMs } from '@transom/shared';

/** Pages in a row that a device may leave unacknowledged: lines break. From then on it waits before the next one. */
const forgiven = 3;
const firstPauseMs = 2 * secondMs;
const longestPauseMs = 30 * secondMs;
/** Devices remembered; the oldest are forgotten first. */
const mostDevices = 10_000;

/** Which devices took pages and did not say so, connection after connection: each page of theirs is work for nothing. */
export class Unacknowledged {
  readonly #pages = new Map<string, number>();

  /** How long the device waits before it gets a page. */
  pauseMs(deviceId: string): number {
    const beyond = (this.#pages.get(deviceId) ?? 0) - forgiven;
    return beyond < 0 ? 0 : Math.min(longestPauseMs, firstPauseMs * 2 ** beyond);
  }

  noteSent(deviceId: string): void {
    const pages = (this.#pages.get(deviceId) ?? 0) + 1;
    this.#pages.delete(deviceId);
    this.#pages.set(deviceId, pages);
    const [oldest] = this.#pages.keys();
    if (this.#pages.size > mostDevices && oldest !== undefined) this.#pages.delete(oldest);
  }

  noteAcknowledged(deviceId: string): void {
    this.#pages.delete(deviceId);
  }
}
