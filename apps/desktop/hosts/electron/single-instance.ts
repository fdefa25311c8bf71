import { app } from 'electron';
import { type DeepLink, findDeepLink } from './deep-links.ts';

type Arguments = { readonly argv: readonly string[] };

/**
 * One desk per data folder: two would fight over its database. The second start hands its arguments to the first, in
 * additional data because Chromium reorders the command line, and ends.
 */
export function installSingleInstance(): {
  isFirst: boolean;
  onSecond(listener: (link: DeepLink | null) => void): void;
} {
  const isFirst = app.requestSingleInstanceLock({ argv: process.argv } satisfies Arguments);
  return {
    isFirst,
    onSecond(listener) {
      app.on('second-instance', (_event, _argv, _workingDirectory, additionalData) => {
        listener(findDeepLink(readArguments(additionalData)));
      });
    },
  };
}

/** The other process is one of ours, possibly of another version: its data is checked before it is used. */
export function readArguments(additionalData: unknown): readonly string[] {
  if (typeof additionalData !== 'object' || additionalData === null) return [];
  const argv: unknown = Reflect.get(additionalData, 'argv');
  return Array.isArray(argv) ? argv.filter((part) => typeof part === 'string') : [];
}
