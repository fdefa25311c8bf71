import { minuteMs, secondMs } from '@transom/shared';
import { AgencyTurns } from './agency-turns.ts';
import { FewAtOnce } from './few-at-once.ts';

/**
 * What one device may ask of the relay: a burst, then a number per second. All its sockets and HTTP calls share one allowance,
 * so that more connections do not get more. A person never notices; a program that runs wild is told to wait before its request has
 * cost the store anything.
 */
const rates = {
  command: { burst: 100, perSecond: 10 },
  history: { burst: 40, perSecond: 10 },
  time: { burst: 30, perSecond: 1 },
  /** Lists over HTTP, for scripts. */
  read: { burst: 200, perSecond: 25 },
  /** Anything received over a socket. */
  byte: { burst: 4 * 1024 * 1024, perSecond: 128 * 1024 },
} as const;
export type Asking = keyof typeof rates;
type WorkedOn = 'command' | 'history' | 'read';

/** HTTP calls that a device may have in flight, from their first byte to the last of the answer. */
const maxCalls = 20;
/** A device that is refused more often than this within a minute is ignored for the rest of it. */
const hopelessAfter = 20_000;
/** Devices that have their full allowance again are forgotten now and then. */
const tidyAfterDevices = 1_000;
const idleMs = 2 * minuteMs;

/** `now` is a monotonic clock. */
export class Allowances {
  readonly #now: () => number;
  readonly #devices = new Map<string, Allowance>();
  /**
   * For history and every answer to a GET; one with messages is little more than 48 KB. Its turn ends when the desk or script has taken it,
   * so memory is bounded however many of them do not read.
   */
  readonly largeAnswers = new AgencyTurns({ atOnce: 64, ofAgency: 16, maxMs: 10 * secondMs });

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  of(deviceId: string): Allowance {
    const known = this.#devices.get(deviceId);
    if (known !== undefined) return known;
    if (this.#devices.size >= tidyAfterDevices) this.#forgetIdle();
    const allowance = new Allowance(this.#now);
    this.#devices.set(deviceId, allowance);
    return allowance;
  }

  #forgetIdle(): void {
    const before = this.#now() - idleMs;
    for (const [id, { lastAskedAt }] of this.#devices) if (lastAskedAt < before) this.#devices.delete(id);
  }
}

export class Allowance {
  readonly #now: () => number;
  readonly #left = new Map<Asking, { tokens: number; at: number }>();
  /** How many of each kind run at a time. The rest waits, so that all devices of an agency get their turn in the store. */
  readonly #lanes: Readonly<Partial<Record<Asking, FewAtOnce>> & Record<WorkedOn, FewAtOnce>> = {
    command: new FewAtOnce(2),
    history: new FewAtOnce(1),
    read: new FewAtOnce(2),
  };
  #calls = 0;
  #refused = 0;
  #minuteBeganAt = Number.NEGATIVE_INFINITY;
  lastAskedAt: number;

  constructor(now: () => number) {
    this.#now = now;
    this.lastAskedAt = now();
  }

  /** Counts an HTTP call before its body is read, because unfinished bodies fill memory. False if too many are in flight. */
  beginCall(): boolean {
    if (this.#calls >= maxCalls) return false;
    this.#calls += 1;
    return true;
  }

  endCall(): void {
    this.#calls -= 1;
  }

  /** Runs `work` once the device has fewer than the allowed number of this kind running. */
  inTurn<T>(what: WorkedOn, work: () => Promise<T>): Promise<T> {
    return this.#lanes[what].run(work);
  }

  /** Whether the device may ask this now, or send this much; if so, it is counted. */
  take(what: Asking, count = 1): boolean {
    const now = this.#now();
    this.lastAskedAt = now;
    const { burst, perSecond } = rates[what];
    const left = this.#left.get(what) ?? { tokens: burst, at: now };
    this.#left.set(what, left);
    left.tokens = Math.min(burst, left.tokens + ((now - left.at) / secondMs) * perSecond);
    left.at = now;
    if (left.tokens < count || this.#lanes[what]?.isFull) {
      this.#noteRefused();
      return false;
    }
    left.tokens -= count;
    return true;
  }

  #noteRefused(): void {
    const now = this.#now();
    if (now - this.#minuteBeganAt > minuteMs) {
      this.#minuteBeganAt = now;
      this.#refused = 0;
    }
    this.#refused += 1;
  }

  /** The device is ignored for the rest of the minute. */
  giveUp(): void {
    this.#noteRefused();
    this.#refused = hopelessAfter + 1;
  }

  /** True for a device that keeps asking although it is refused. */
  get isHopeless(): boolean {
    return this.#refused > hopelessAfter && this.#now() - this.#minuteBeganAt <= minuteMs;
  }
}
