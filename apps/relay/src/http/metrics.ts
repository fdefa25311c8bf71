/** Figures for Prometheus, in its text form. Names are ours (`transom_…`); labels are codes, never ids of people or text. */
type Labels = Readonly<Record<string, string>>;

export class Metrics {
  readonly #counters = new Map<string, Map<string, number>>();
  readonly #gauges = new Map<string, () => number | Promise<number>>();

  /** Adds to a counter; its name ends in `_total`. */
  count(name: string, labels: Labels = {}, by = 1): void {
    const series = this.#counters.get(name) ?? new Map<string, number>();
    this.#counters.set(name, series);
    const key = writeLabels(labels);
    series.set(key, (series.get(key) ?? 0) + by);
  }

  /** A figure that is read when somebody asks. */
  gauge(name: string, read: () => number | Promise<number>): void {
    this.#gauges.set(name, read);
  }

  async render(): Promise<string> {
    const lines: string[] = [];
    for (const [name, series] of this.#counters) {
      lines.push(`# TYPE ${name} counter`);
      for (const [labels, value] of series) lines.push(`${name}${labels} ${value}`);
    }
    for (const [name, read] of this.#gauges) lines.push(`# TYPE ${name} gauge`, `${name} ${await read()}`);
    return `${lines.join('\n')}\n`;
  }
}

function writeLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/["\\\n]/g, '_')}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
