const stringOrComment = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** Code without its comments. Lines keep their numbers. */
export function withoutComments(code: string): string {
  return code.replace(stringOrComment, (found, text?: string) => text ?? found.replace(/[^\n]/g, ' '));
}
