/**
 * Whether the relay still answers. A line can be open and carry nothing: then people would believe for the best part of a minute that
 * everything goes out.
 *
 *   heard ──(a question without an answer for `slowMs`)──▶ delayed ──(it is answered)──▶ heard
 *     └─────(a beat was missed, a question was given up)──▶ delayed ──(anything comes)──▶ heard
 *
 * Where nobody asks anything, the beat does: one question for the time every `beatMs`.
 */
export type LineLimits = {
  /** How long an answer may take before people are told. */
  readonly slowMs: number;
  readonly beatMs: number;
};
export const lineLimits: LineLimits = { slowMs: 5_000, beatMs: 10_000 };

export type LineWatch = {
  /** Something came from the relay. */
  heard(): void;
  /** A question went out; resolves and rejects as its answer does. */
  waitFor<T>(answer: Promise<T>): Promise<T>;
  /** Beats until `stop`. */
  start(): void;
  stop(): void;
  isDelayed(): boolean;
  /** For how long the relay has owed an answer, or anything at all. */
  waitingForMs(): number;
};

export function createLineWatch(options: {
  readonly limits: LineLimits;
  /** Whether the relay answered within the limit. */
  readonly beat: (limitMs: number) => Promise<boolean>;
  readonly onChange: () => void;
  readonly failed: (error: unknown) => void;
}): LineWatch {
  const { slowMs, beatMs } = options.limits;
  /** Questions that have waited for long, and since when. */
  const slow = new Map<symbol, number>();
  let isSilent = false;
  let told = false;
  let heardAt = performance.now();
  let round = 0;
  let pause: NodeJS.Timeout | undefined;

  function change(): void {
    const isDelayed = isSilent || slow.size > 0;
    if (isDelayed === told) return;
    told = isDelayed;
    options.onChange();
  }
  function miss(): void {
    isSilent = true;
    change();
  }
  function heard(): void {
    heardAt = performance.now();
    isSilent = false;
    change();
  }
  async function beat(mine: number): Promise<void> {
    const isAnswered = await options.beat(slowMs);
    if (mine !== round) return;
    if (!isAnswered) miss();
    next(mine);
  }
  function next(mine: number): void {
    pause = setTimeout(() => void beat(mine).catch(options.failed), beatMs);
  }

  return {
    heard,
    async waitFor(answer) {
      const question = Symbol('question');
      const mine = round;
      const askedAt = performance.now();
      const timer = setTimeout(() => {
        if (mine !== round) return;
        slow.set(question, askedAt);
        change();
      }, slowMs);
      let isAnswered = false;
      try {
        const heardAnswer = await answer;
        isAnswered = true;
        return heardAnswer;
      } finally {
        clearTimeout(timer);
        slow.delete(question);
        // Of a connection that is gone nobody expects an answer any more.
        if (mine === round) {
          if (isAnswered) heard();
          else miss();
        }
      }
    },
    start() {
      clearTimeout(pause);
      round += 1;
      heardAt = performance.now();
      next(round);
    },
    stop() {
      clearTimeout(pause);
      round += 1;
      slow.clear();
      isSilent = false;
      told = false;
    },
    isDelayed: () => told,
    waitingForMs: () => performance.now() - Math.min(heardAt, ...slow.values()),
  };
}
