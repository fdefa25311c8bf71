/** The answer to a Graph call: a status and JSON. */
export type GraphAnswer = { readonly status: number; readonly body: object };

export const ok = (body: object): GraphAnswer => ({ status: 200, body });

/**
 * Meta's error envelope. Texts are in Meta's style, but Meta rewords them at will: callers classify by status, code, subcode.
 * The server adds `type` and `fbtrace_id`.
 */
export function graphError(code: number, message: string, subcode?: number, status = 400): GraphAnswer {
  const error = {
    message: `(#${code}) ${message}`,
    code,
    ...(subcode === undefined ? {} : { error_subcode: subcode }),
  };
  return { status, body: { error } };
}

export const invalidParameter = (message: string, subcode?: number) => graphError(100, message, subcode);

export const objectMissing = (id: string) =>
  invalidParameter(
    `Unsupported request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation.`,
    33,
  );
