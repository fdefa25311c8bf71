import type { ParseArgsConfig } from 'node:util';
import type { Settings } from '../settings.ts';

/**
 * One command of `transom-relay`. It answers with `tell`: a JSON document on standard output with `--json`, else the sentence on standard
 * error. Exit codes: 0 done, 1 could not be done, 2 wrong usage.
 */
export type Command = {
  readonly name: string;
  readonly summary: string;
  /** What follows the name, and what each option means. */
  readonly usage: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  run(call: Call): Promise<number>;
};

export type Call = {
  readonly settings: Settings;
  readonly words: readonly string[];
  /** The value of an option that takes one; the last if it was given twice. */
  option(name: string): string | undefined;
  tell(document: object, sentence: string): void;
  /** A remark for people, never for machines. */
  remark(sentence: string): void;
};

/** Wrong usage: exit code 2, with a pointer to the help. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Expected and explained: exit code 1, the sentence and nothing else. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

export function need(call: Call, name: string): string {
  const value = call.option(name);
  if (value === undefined || value.trim() === '') throw new UsageError(`--${name} is missing.`);
  return value;
}

export function oneOf<Choice extends string>(value: string, name: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((known) => known === value);
  if (choice === undefined) throw new UsageError(`--${name} is "${value}"; it must be one of ${choices.join(', ')}.`);
  return choice;
}
