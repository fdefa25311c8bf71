/** What one measurement found: a figure of ours beside the figure of its floor, taken in the same run. */
export type Finding = {
  /** What was measured, with its unit. */
  readonly what: string;
  readonly ours: number;
  readonly floor: number | null;
  /** The ratio that the goal is about, one a round. Empty where the goal is about the figure itself. */
  readonly ratios: readonly number[];
  readonly goal: Goal | null;
  /** What went wrong or must be known: answers other than 200, missing messages. */
  readonly note?: string;
};

/** `of` says whether the bound is for the median of the ratios or for our figure. */
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
  /** `skipped` says in a sentence why this machine cannot answer. */
  run(options: SuiteOptions): Promise<readonly Finding[] | { readonly skipped: string }>;
};
