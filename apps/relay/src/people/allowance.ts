import { minuteMs, secondMs } from '@transom/shared';

/**
 * What one device may ask of the relay: so much at once, and so much a second from then on. All its sockets and its calls over HTTP
 * draw on the same, so that neither many connections nor many tokens of one computer get more. A person never notices; a program
 * that runs wild is told to wait, before anything of its wish has cost the store a turn.
 */
const rates = {
  command: { burst: 100, perSecond: 10 },
  history: { burst: 40, perSecond: 10 },
  time: { burst: 30, perSecond: 1 },
  /** Lists over HTTP, for scripts. */
  read: { burst: 200, perSecond: 25 },
} as const;
export type Asking = keyof typeof rates;

/** Whoever does not take a no for an answer so often in a minute is not listened to for the rest of it. */
const hopelessAfter = 20_000;
/** Devices that have their full allowance again are forgotten now and then. */
const tidyAfterDevices = 1_000;
const idleMs = 2 * minuteMs;

/** `now` is a monotonic clock. */
export class Allowances {
  readonly #now: () => number;
  readonly #devices = new Map<string, Allowance>();

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
  #refused = 0;
  #minuteBeganAt = Number.NEGATIVE_INFINITY;
  lastAskedAt: number;

  constructor(now: () => number) {
    this.#now = now;
    this.lastAskedAt = now();
  }

  /** Whether the device may ask this now; if so, it counts. */
  take(what: Asking): boolean {
    const now = this.#now();
    this.lastAskedAt = now;
    const { burst, perSecond } = rates[what];
    const left = this.#left.get(what) ?? { tokens: burst, at: now };
    this.#left.set(what, left);
    left.tokens = Math.min(burst, left.tokens + ((now - left.at) / secondMs) * perSecond);
    left.at = now;
    if (left.tokens < 1) {
      this.noteRefused();
      return false;
    }
    left.tokens -= 1;
    return true;
  }

  noteRefused(): void {
    const now = this.#now();
    if (now - this.#minuteBeganAt > minuteMs) {
      this.#minuteBeganAt = now;
      this.#refused = 0;
    }
    this.#refused += 1;
  }

  /** True for a device that goes on and on asking what it was refused. */
  get isHopeless(): boolean {
    return this.#refused > hopelessAfter && this.#now() - this.#minuteBeganAt <= minuteMs;
  }
}
