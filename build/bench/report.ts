import { median, show, spread } from './figures.ts';
import type { Finding, Suite } from './suite.ts';

export type SuiteResult = {
  readonly suite: string;
  readonly question: string;
  readonly tookMs: number;
  readonly skipped: string | null;
  readonly findings: readonly (Finding & { readonly ratio: number | null; readonly reached: boolean | null })[];
};

export function resultOf(suite: Suite, answer: Awaited<ReturnType<Suite['run']>>, tookMs: number): SuiteResult {
  const findings =
    'skipped' in answer
      ? []
      : answer.map((finding) => ({ ...finding, ratio: ratioOf(finding), reached: isReached(finding) }));
  return {
    suite: suite.name,
    question: suite.question,
    tookMs,
    skipped: 'skipped' in answer ? answer.skipped : null,
    findings,
  };
}

function ratioOf({ ratios }: Finding): number | null {
  return ratios.length === 0 ? null : median(ratios);
}

function isReached(finding: Finding): boolean | null {
  const { goal, ours } = finding;
  if (goal === null) return null;
  const value = goal.of === 'ratio' ? (ratioOf(finding) ?? Number.NaN) : ours;
  return goal.bound === 'at least' ? value >= goal.value : value <= goal.value;
}

/** One Markdown table per suite. */
export function tableOf(result: SuiteResult): string {
  const head = `\n## ${result.suite}\n\n${result.question}\n`;
  if (result.skipped !== null) return `${head}\nNot measured: ${result.skipped}\n`;
  const rows = result.findings.map((finding) => {
    const { goal } = finding;
    const wanted = goal === null ? '' : `${goal.id}: ${goal.bound} ${goal.value}${goal.of === 'ratio' ? ' ×' : ''}`;
    const reached = finding.reached === null ? '' : finding.reached ? 'yes' : '**no**';
    return [
      finding.what,
      show(finding.ours),
      finding.floor === null ? '–' : show(finding.floor),
      ratioText(finding),
      wanted,
      reached,
      finding.note ?? '',
    ];
  });
  const lines = [
    ['measured', 'Transom', 'floor', 'ratio (middle half)', 'goal', 'reached', 'noted'],
    Array.from({ length: 7 }, () => '---'),
    ...rows,
  ];
  return `${head}\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

function ratioText({ ratios }: Finding): string {
  if (ratios.length === 0) return '–';
  const [low, high] = spread(ratios);
  return `${show(median(ratios))} (${show(low)}–${show(high)}, n=${ratios.length})`;
}
