import * as z from 'zod';

/**
 * Faults of Meta (or the network) that tests can ask for. Graph faults apply to calls, webhook faults to POSTs.
 *
 *   graph_throttled         429 with usage headers; nothing delivered
 *   graph_error             an error envelope (`status`, default 500; `code`, default 1; `subcode`, `message`); delivers only with
 *                           `delivers: true`, as when Meta refuses what it has done
 *   graph_html              5xx with an HTML page; likewise
 *   reset_before_delivery   the connection is reset before anything happened
 *   lost_answer             the message is delivered, then the connection is reset instead of an answer
 *   slow_answer             delivered immediately, answered after `delayMs`
 *   token_revoked           190/460
 *   echo_none, echo_late, echo_before_answer     the echo of a send
 *   webhook_duplicate       the same POST twice, simultaneously
 *   webhook_reorder         a POST comes after the one that follows it (or a little later, if none does)
 *   webhook_delay           a POST comes `delayMs` later
 *   webhook_wrong_signature signed with a foreign secret; like a forger's, not retried after a refusal
 */
const faultKindSchema = z.enum([
  'graph_throttled',
  'graph_error',
  'graph_html',
  'reset_before_delivery',
  'lost_answer',
  'slow_answer',
  'token_revoked',
  'echo_none',
  'echo_late',
  'echo_before_answer',
  'webhook_duplicate',
  'webhook_reorder',
  'webhook_delay',
  'webhook_wrong_signature',
]);
export type FaultKind = z.infer<typeof faultKindSchema>;

export const faultSchema = z.strictObject({
  kind: faultKindSchema,
  /** For the next n calls; if omitted, until `clearFaults`. */
  times: z.number().int().positive().optional(),
  /** Only for this account (native id). */
  account: z.string().optional(),
  /** Graph faults hit sends unless told otherwise; `token_revoked` always hits every call. */
  calls: z.enum(['sends', 'all']).optional(),
  delayMs: z.number().int().nonnegative().optional(),
  status: z.number().int().min(400).max(599).optional(),
  code: z.number().int().optional(),
  subcode: z.number().int().optional(),
  /** The text of Meta's error, as developers see it. */
  message: z.string().optional(),
  delivers: z.boolean().optional(),
  /** What the throttled answer says in `estimated_time_to_regain_access`. */
  regainAccessMinutes: z.number().nonnegative().optional(),
});
export type Fault = z.infer<typeof faultSchema>;

export const graphFaultKinds = [
  'token_revoked',
  'reset_before_delivery',
  'graph_throttled',
  'graph_error',
  'graph_html',
  'lost_answer',
  'slow_answer',
] as const satisfies readonly FaultKind[];
export const echoFaultKinds = ['echo_none', 'echo_late', 'echo_before_answer'] as const satisfies readonly FaultKind[];
export const webhookFaultKinds = [
  'webhook_wrong_signature',
  'webhook_duplicate',
  'webhook_reorder',
  'webhook_delay',
] as const satisfies readonly FaultKind[];

export type Faults = ReturnType<typeof createFaults>;

export function createFaults() {
  let active: { readonly fault: Fault; left: number }[] = [];
  return {
    add(fault: Fault): void {
      active.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
    },
    clear(): void {
      active = [];
    },
    /** The oldest applicable fault of one of these kinds; this counts as one use of it. */
    take(kinds: readonly FaultKind[], accountIds: readonly string[], call: 'send' | 'other' = 'send'): Fault | null {
      const found = active.find(
        ({ fault }) =>
          kinds.includes(fault.kind) &&
          (fault.account === undefined || accountIds.includes(fault.account)) &&
          (call === 'send' || fault.calls === 'all' || fault.kind === 'token_revoked'),
      );
      if (found === undefined) return null;
      found.left -= 1;
      if (found.left <= 0) active = active.filter((entry) => entry !== found);
      return found.fault;
    },
  };
}
