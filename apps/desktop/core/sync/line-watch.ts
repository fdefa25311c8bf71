/**
 * Whether the relay still answers. A line can be open and carry nothing: people would then believe for most of a minute that everything
 * is being sent.
 *
 *   heard ──(a question without an answer for `slowMs`)──▶ delayed ──(it is answered)──▶ heard
 *     └─────(a beat was missed, a question was given up)──▶ delayed ──(anything comes)──▶ heard
 *
 * A reply that was given up is sent again in a moment. Until the relay has answered a command, its other answers prove nothing.
 *
 * When nobody asks anything, the beat does: one question for the time every `beatMs`.
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
   * A question was sent; settles as its answer does. A repeated command is retried until it is answered, and waits between two tries too.
   */
  waitFor<T>(answer: Promise<T>, command?: { readonly id: string; readonly isRepeated: boolean }): Promise<T>;
  /** This command is no longer repeated, so no answer is owed. */
  forget(commandId: string): void;
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
  /** Questions that have waited long, and since when. */
  const slow = new Map<symbol, number>();
  /** Commands that are repeated, by their ids: they stay here between two tries. */
  const slowRepeated = new Map<string, number>();
  let isSilent = false;
  let told = false;
  let heardAt = performance.now();
  let round = 0;
  let pause: NodeJS.Timeout | undefined;

  function change(): void {
    const isDelayed = isSilent || slow.size + slowRepeated.size > 0;
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
    async waitFor(answer, command) {
      const repeatedId = command?.isRepeated === true ? command.id : null;
      const question = Symbol('question');
      const mine = round;
      const askedAt = (repeatedId === null ? null : slowRepeated.get(repeatedId)) ?? performance.now();
      const timer = setTimeout(() => {
        if (mine !== round) return;
        if (repeatedId === null) slow.set(question, askedAt);
        else slowRepeated.set(repeatedId, askedAt);
        change();
      }, slowMs);
      let isAnswered = false;
      try {
        const heardAnswer = await answer;
        isAnswered = true;
        return heardAnswer;
      } finally {
        clearTimeout(timer);
        // No answer is expected on a connection that is gone.
        if (mine === round) {
          slow.delete(question);
          // The relay carries out commands again: what it did not answer before is retried.
          if (isAnswered && command !== undefined) slowRepeated.clear();
          if (isAnswered) heard();
          else miss();
        }
      }
    },
    forget(commandId) {
      if (slowRepeated.delete(commandId)) change();
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
      slowRepeated.clear();
      isSilent = false;
      told = false;
    },
    isDelayed: () => told,
    waitingForMs: () => performance.now() - Math.min(heardAt, ...slow.values(), ...slowRepeated.values()),
  };
}
