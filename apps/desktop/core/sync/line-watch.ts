/**
 * Whether the relay still answers. A line can be open and carry nothing: then people would believe for the best part of a minute that
 * everything goes out.
 *
 *   heard ──(a question without an answer for `slowMs`)──▶ delayed ──(it is answered)──▶ heard
 *     └─────(a beat was missed, a question was given up)──▶ delayed ──(anything comes)──▶ heard
 *
 * A reply that was given up goes out again in a moment. Until the relay has answered one, its other answers prove nothing.
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
  /**
   * A question went out; resolves and rejects as its answer does. A command that is repeated is sent again and again until it is answered:
   * between two tries it waits as much as during one.
   */
  waitFor<T>(answer: Promise<T>, command?: { readonly id: string; readonly isRepeated: boolean }): Promise<T>;
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
  /** Questions that have waited for long, and since when. Commands that are repeated stay here by their ids. */
  const slow = new Map<symbol | string, number>();
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
  function forgetRepeated(): void {
    for (const question of slow.keys()) if (typeof question === 'string') slow.delete(question);
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
    async waitFor(answer, command) {
      const isRepeated = command?.isRepeated === true;
      const question = isRepeated ? command.id : Symbol('question');
      const mine = round;
      const askedAt = slow.get(question) ?? performance.now();
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
        // Of a connection that is gone nobody expects an answer any more.
        if (mine === round) {
          if (isAnswered || !isRepeated) slow.delete(question);
          // The relay carries out commands again: what it did not answer before is tried anew.
          if (isAnswered && command !== undefined) forgetRepeated();
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
