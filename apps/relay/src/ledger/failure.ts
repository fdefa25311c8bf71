import { type Params, paramsSchema, type Reason } from '@transom/shared';
import type { SqlParams } from '../store/port.ts';

/**
 * Why a message failed or waits, as its columns store it: a code, the exact case and its parameters, never a sentence and never a name.
 * `failure_by` is the person who reported it; the document shows the name that they have when it is made.
 */
export const failureColumns = {
  failure_code: ':failureCode',
  failure_reason: ':failureReason',
  failure_params: ':failureParams',
  failure_by: ':failureBy',
  /** The sentence that relays stored before these columns. Whatever is written now replaces it. */
  failure_detail: 'null',
} as const;

/** For the `set` of an update, with `failureParams`. */
export const setFailure = Object.entries(failureColumns)
  .map(([column, value]) => `${column} = ${value}`)
  .join(', ');

export const clearFailure = Object.keys(failureColumns)
  .map((column) => `${column} = null`)
  .join(', ');

export function failureParams(why: Reason | null, by: string | null = null): SqlParams {
  return {
    failureCode: why?.code ?? null,
    failureReason: why?.reason ?? null,
    failureParams: why?.params === undefined ? null : JSON.stringify(why.params),
    failureBy: by,
  };
}

export type FailureRow = {
  failure_code: string | null;
  failure_reason: string | null;
  failure_params: string | null;
  failure_detail: string | null;
  /** The current name of the person in `failure_by`. */
  failure_by_name: string | null;
};

/** A failure that an older relay wrote keeps its sentence until it changes. */
export function failureOf(row: FailureRow): Reason | null {
  const {
    failure_code: code,
    failure_reason: reason,
    failure_params,
    failure_detail: detail,
    failure_by_name: name,
  } = row;
  if (code === null) return null;
  if (detail !== null) return { code, detail };
  const params = {
    ...readParams(failure_params),
    ...(name === null ? {} : { name }),
  };
  return {
    code,
    ...(reason === null ? {} : { reason }),
    ...(Object.keys(params).length === 0 ? {} : { params }),
  };
}

/** A newer relay may have left parameters of another shape. Without them the code is still known, and the page with it is not lost. */
function readParams(text: string | null): Params {
  if (text === null) return {};
  return paramsSchema.safeParse(JSON.parse(text)).data ?? {};
}
