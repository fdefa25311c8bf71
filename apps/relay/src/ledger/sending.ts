import type { Reason } from '@transom/shared';
import type { AgencyWork } from './agency-work.ts';
import { clearFailure, failureParams, setFailure } from './failure.ts';
import { type Moved, move } from './move-message.ts';
import type { EndOf } from './state-machine.ts';

/** Recorded before the channel is called. `datedAt`: the time by the channel's clock, if known. */
export async function startSending(
  work: AgencyWork,
  id: string,
  { datedAt, audit }: { readonly datedAt: number | null; readonly audit: Readonly<Record<string, number | boolean>> },
): Promise<void> {
  const { conversationId } = await move(work, 'startSending', id, {
    to: 'sending',
    set: 'attempts = attempts + 1, attempt_started_at = :now, attempt_dated_at = :datedAt',
    params: { now: work.now, datedAt },
  });
  touchBoth(work, id, conversationId);
  work.record('relay', 'reply.attempted', id, audit);
}

/** It did not leave: it is retried at `until`, and the reason is shown meanwhile. */
export async function postpone(
  work: AgencyWork,
  id: string,
  { until, attempts, why }: { readonly until: number; readonly attempts: number; readonly why: Reason | null },
): Promise<void> {
  const { conversationId } = await move(work, 'postpone', id, {
    to: 'queued',
    set: `next_attempt_at = :until, attempts = :attempts, ${setFailure}`,
    params: { until, attempts, ...failureParams(why) },
  });
  touchBoth(work, id, conversationId);
  work.record('relay', 'reply.waits', id, { code: why?.code ?? null, until });
}

/** The channel has it under this id, and nobody needs to look for it. `as`: how this became known. */
export async function markSent(
  work: AgencyWork,
  id: string,
  sent: {
    readonly nativeMessageId: string;
    readonly to: EndOf<'markSent'>;
    readonly as: 'reply.sent' | 'message.confirmed_by_echo';
  },
): Promise<void> {
  const { conversationId } = await move(work, 'markSent', id, {
    to: sent.to,
    set: `native_message_id = :nativeMessageId, ${settled}`,
    params: { nativeMessageId: sent.nativeMessageId },
  });
  touchBoth(work, id, conversationId);
  work.record('relay', sent.as, id, { conversationId });
}

/** It will never be sent. Its text stays, so that it can be read, copied and sent again. */
export async function fail(work: AgencyWork, id: string, why: Reason): Promise<Moved> {
  const moved = await move(work, 'fail', id, {
    to: 'failed',
    set: `next_attempt_at = null, ${setFailure}`,
    params: failureParams(why),
  });
  touchBoth(work, id, moved.conversationId);
  work.record('relay', 'reply.failed', id, { code: why.code });
  return moved;
}

/** Removes a reply that is still queued. Its words are also in earlier changes, and the thread's documents quote them. */
export async function withdraw(work: AgencyWork, id: string, by: string): Promise<void> {
  const { conversationId } = await move(work, 'withdraw', id, { to: 'gone' });
  work.withdraw('message', id);
  work.withdraw('conversation', conversationId);
  work.record(by, 'reply.withdrawn', id, { conversationId });
}

/** For the `set` of a message that needs no more work and has no failure. */
export const settled = `next_attempt_at = null, ${clearFailure}`;

export function touchBoth(work: AgencyWork, id: string, conversationId: string): void {
  work.touch('message', id);
  work.touch('conversation', conversationId);
}
