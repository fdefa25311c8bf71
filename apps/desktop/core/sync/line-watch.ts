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
  /** Questions that have waited for long, and since when. */
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
        // Of a connection that is gone an answer is no longer expected.
        if (mine === round) {
          slow.delete(question);
          // The relay carries out commands again: what it did not answer before is tried again.
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
