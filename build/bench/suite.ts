/** The result of one measurement: our figure beside its floor's, taken in the same run. */
export type Finding = {
  /** What was measured, with its unit. */
  readonly what: string;
  readonly ours: number;
  readonly floor: number | null;
  /** The ratios that the goal is about, one per round. Empty if the goal is about the figure itself. */
  readonly ratios: readonly number[];
  readonly goal: Goal | null;
  /** What went wrong, or what a reader must know: answers other than 200, missing messages. */
  readonly note?: string;
};

/** `of` says whether the bound applies to the median of the ratios or to our figure. */
export type Goal = {
  readonly id: string;
  readonly of: 'ratio' | 'figure';
  readonly bound: 'at least' | 'at most';
  readonly value: number;
};

export type SuiteOptions = { readonly quick: boolean; readonly say: (line: string) => void };

export type Suite = {
  readonly name: string;
  /** What is compared with what, in one sentence. */
  readonly question: string;
  /** `skipped` says in one sentence why this machine cannot measure it. */
  run(options: SuiteOptions): Promise<readonly Finding[] | { readonly skipped: string }>;
};
