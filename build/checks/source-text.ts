const stringOrComment = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** Code without its comments; line numbers stay the same. */
export function withoutComments(code: string): string {
  return code.replace(stringOrComment, (found, text?: string) => text ?? found.replace(/[^\n]/g, ' '));
}
