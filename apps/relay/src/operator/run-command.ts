import { readFileSync } from 'node:fs';
import { parseArgs, parseEnv } from 'node:util';
import { type Environment, readSettings } from '../settings.ts';
import { isStoreError } from '../store/errors.ts';
import { type Call, type Command, Refused, UsageError } from './command.ts';
import { commands } from './commands.ts';

/** Where a command writes: `machine` is standard output, `people` standard error; one line each. */
export type Output = { machine(line: string): void; people(line: string): void };

const commonOptions = {
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  'env-file': { type: 'string' },
} as const;

/** Runs `transom-relay <args>` and returns the exit code: 0 done, 1 could not be done, 2 wrong usage. */
export async function runCommand(args: readonly string[], env: Environment, output: Output): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    output.people(overview());
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((known) => known.name === name);
  if (command === undefined) {
    output.people(`There is no command "${name}".\n\n${overview()}`);
    return 2;
  }
  try {
    return await run(command, rest, env, output);
  } catch (error) {
    return explain(command, error, output);
  }
}

async function run(command: Command, args: readonly string[], env: Environment, output: Output): Promise<number> {
  const parsed = parseArgs({
    args: [...args],
    options: { ...command.options, ...commonOptions },
    allowPositionals: true,
  });
  const values: Readonly<Record<string, unknown>> = parsed.values;
  if (values['help'] === true) {
    output.people(helpOf(command));
    return 0;
  }
  const read = readSettings(withEnvFile(env, values['env-file']));
  if (!read.ok) {
    for (const problem of read.problems) output.people(problem);
    return 1;
  }
  return command.run({
    settings: read.settings,
    words: parsed.positionals,
    option: (name) => asText(values[name]),
    tell: (document, sentence) =>
      values['json'] === true ? output.machine(JSON.stringify(document)) : output.people(sentence),
    remark: output.people,
  } satisfies Call);
}

/** Errors of ours whose messages say what happened and what to do. */
const explainedCodes: ReadonlySet<string> = new Set(['vault']);

function explain(command: Command, error: unknown, output: Output): number {
  const { code } = error as { code?: unknown };
  if (error instanceof UsageError || (typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS'))) {
    output.people(`${(error as Error).message}\nSee: transom-relay ${command.name} --help`);
    return 2;
  }
  const isExplained = error instanceof Refused || isStoreError(error, 'busy', 'conflict', 'full', 'newer', 'served');
  if (isExplained || (typeof code === 'string' && explainedCodes.has(code))) {
    output.people((error as Error).message);
    return 1;
  }
  output.people(
    `This should not have happened: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return 1;
}

/** The environment overrides the file. */
function withEnvFile(env: Environment, file: unknown): Environment {
  if (typeof file !== 'string') return env;
  try {
    return { ...parseEnv(readFileSync(file, 'utf8')), ...env };
  } catch {
    throw new Refused(`The env file ${file} cannot be read.`);
  }
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function overview(): string {
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`);
  return `transom-relay COMMAND [options]\n\n${lines.join('\n')}\n\n${commonHelp}\nOptions of a command: transom-relay COMMAND --help`;
}

function helpOf({ name, summary, usage }: Command): string {
  return `transom-relay ${name}: ${summary}\n\nUsage: transom-relay ${name} ${usage}\n\n${commonHelp}`;
}

const commonHelp = `For every command:
  --json            answers as JSON on standard output, one document a line
  --env-file FILE   reads settings from FILE; the environment has the last word
  --help            this text`;
