import { dayMs, secondMs } from '@transom/shared';

/** Where the relay gets the time (ms since 1970). Passed in, so that tests can move it. */
export type Clock = () => number;

/** The two clocks of a machine: one that may be set, and one that only runs. */
export type MachineClocks = { readonly wall: Clock; readonly monotonic: Clock };
export const machineClocks: MachineClocks = { wall: () => Date.now(), monotonic: () => performance.now() };

/** Meta's clock is right, but a wrong time in one body must not carry the relay away for good. */
export const maxAheadOfWallMs = 7 * dayMs;
/** Small corrections, such as those of NTP, do not count as a step. */
const smallestStepMs = 5 * secondMs;
/** An HTTP date has no milliseconds. */
const dateResolutionMs = secondMs;

/**
 * The relay's time: the machine's, but never earlier than what Meta has signed, carried on by the monotonic clock. With a clock that is
 * behind, response windows would look longer than they are, and Meta would refuse what is sent in them.
 */
export class RelayClock {
  readonly #clocks: MachineClocks;
  #signed: { readonly at: number; readonly heardAt: number } | null = null;
  #last: { readonly now: number; readonly monotonic: number };
  #aheadMs: number | null = null;

  constructor(clocks: MachineClocks = machineClocks) {
    this.#clocks = clocks;
    this.#last = { now: clocks.wall(), monotonic: clocks.monotonic() };
  }

  readonly now: Clock = () => {
    const wall = this.#clocks.wall();
    return Math.max(wall, Math.min(this.#signedNow() ?? wall, wall + maxAheadOfWallMs));
  };

  /** The time that Meta's clock must have reached by now; null if Meta has never signed anything. Kept across restarts. */
  get signedNow(): number | null {
    const at = this.#signedNow();
    return at === null ? null : Math.floor(Math.min(at, this.#clocks.wall() + maxAheadOfWallMs));
  }

  /** Meta signed something at `at`, by its own clock. */
  noteSigned(at: number): void {
    if (at <= (this.#signedNow() ?? 0) || at > this.#clocks.wall() + maxAheadOfWallMs) return;
    this.#signed = { at, heardAt: this.#clocks.monotonic() };
  }

  /**
   * Meta dated an answer `at`, and it came `tookMs` after the request. The date is not signed, so it moves nothing: it only tells how far
   * ahead this clock is, at most as far as what Meta has signed allows.
   */
  noteServerDate(at: number, tookMs: number): void {
    const now = this.now();
    if (at - now > smallestStepMs) {
      // This clock is behind: times noted by it move with it when it is corrected.
      this.#aheadMs = null;
      return;
    }
    const aheadMs = Math.min(now - tookMs - (at + dateResolutionMs), now - (this.#signedNow() ?? 0));
    if (aheadMs <= maxAheadOfWallMs) this.#aheadMs = Math.max(0, Math.floor(aheadMs));
  }

  /**
   * How far (ms) this clock is certainly ahead of Meta's, 0 if it may not be; null until an answer since the start or the last jump has
   * told.
   */
  readonly aheadOfMeta = (): number | null => (this.#stepTo(this.#present()) === 0 ? this.#aheadMs : null);

  /**
   * How far the relay's time has jumped since the last call; 0 if it simply went on. Call it often: two jumps between two calls count as
   * one.
   */
  takeStep(): number {
    const present = this.#present();
    const step = this.#stepTo(present);
    this.#last = present;
    if (step !== 0) this.#aheadMs = null;
    return step;
  }

  #present() {
    return { now: this.now(), monotonic: this.#clocks.monotonic() };
  }

  #stepTo(present: { readonly now: number; readonly monotonic: number }): number {
    const step = Math.round(present.now - this.#last.now - (present.monotonic - this.#last.monotonic));
    return Math.abs(step) < smallestStepMs ? 0 : step;
  }

  #signedNow(): number | null {
    if (this.#signed === null) return null;
    return Math.floor(this.#signed.at + this.#clocks.monotonic() - this.#signed.heardAt);
  }
}
