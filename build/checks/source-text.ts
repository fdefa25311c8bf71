import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const skippedFolders: ReadonlySet<string> = new Set(['node_modules', 'out', 'dist', 'test', 'testing', 'recorded']);
const isTest = /(^|\/)test-[^/]*$|\.(test|long)\.tsx?$/;

/** The files of our own code in these folders, as paths from `root` with slashes. Tests and what they need are left out. */
export function codeFilesIn(root: string, folders: readonly string[], isCode = /\.tsx?$/): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const file = relative(root, join(root, folder, entry.name))
        .split(sep)
        .join('/');
      if (entry.isDirectory()) return skippedFolders.has(entry.name) ? [] : codeFilesIn(root, [file], isCode);
      return isCode.test(file) && !isTest.test(file) ? [file] : [];
    }),
  );
}

/** Whether a file is one of these places: a file, or a folder, which ends with a slash. */
export function isAt(places: readonly string[], file: string): boolean {
  return places.some((place) => (place.endsWith('/') ? file.startsWith(place) : file === place));
}

const stringOrComment = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** Code without its comments; line numbers stay the same. */
export function withoutComments(code: string): string {
  return code.replace(stringOrComment, (found, text?: string) => text ?? found.replace(/[^\n]/g, ' '));
}
