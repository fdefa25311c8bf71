import { parseArgs } from 'node:util';

export type BenchOptions = { readonly suites: readonly string[]; readonly quick: boolean; readonly json: boolean };

export function readOptions(
  args: readonly string[],
  known: readonly string[],
): { ok: true; options: BenchOptions } | { ok: false; problem: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const unknown = positionals.find((name) => !known.includes(name));
    if (unknown !== undefined)
      return { ok: false, problem: `There is no suite "${unknown}". There are: ${known.join(', ')}.` };
    return { ok: true, options: { ...values, suites: positionals.length === 0 ? known : positionals } };
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error) };
  }
}
