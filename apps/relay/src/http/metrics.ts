/** Figures for Prometheus, in its text format. Names are ours (`transom_…`); labels are codes, never ids of people or text. */
type Labels = Readonly<Record<string, string>>;

/** Everything that is counted, and what it means. */
const counters = {
  transom_webhooks_total: 'Webhooks by what became of them: stored, bad_signature, not_stored, no_room.',
  transom_clock_steps_total: 'Times at which the clock of this machine jumped.',
} as const;
type Counter = keyof typeof counters;
type Gauge = { readonly help: string; readonly read: () => number | Promise<number> };

export const metricsType = 'text/plain; version=0.0.4; charset=utf-8';

export class Metrics {
  readonly #counters = new Map<Counter, Map<string, number>>();
  readonly #gauges = new Map<string, Gauge>();

  count(name: Counter, labels: Labels = {}, by = 1): void {
    const series = this.#counters.get(name) ?? new Map<string, number>();
    this.#counters.set(name, series);
    const key = writeLabels(labels);
    series.set(key, (series.get(key) ?? 0) + by);
  }

  /** A figure that is read on each request. */
  gauge(name: string, help: string, read: Gauge['read']): void {
    this.#gauges.set(name, { help, read });
  }

  async render(): Promise<string> {
    const lines: string[] = [];
    for (const [name, series] of this.#counters) {
      lines.push(`# HELP ${name} ${counters[name]}`, `# TYPE ${name} counter`);
      for (const [labels, value] of series) lines.push(`${name}${labels} ${value}`);
    }
    for (const [name, { help, read }] of this.#gauges)
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${await read()}`);
    return `${lines.join('\n')}\n`;
  }
}

function writeLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/["\\\n]/g, '_')}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
